package app

import (
	"context"
	"strings"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/login"
	"acme.example/webshop/surfaces/console"
	"acme.example/webshop/surfaces/graphql"
)

// newRecorder returns the recorder of the operators' actions.
func (s *system) newRecorder() *console.Recorder {
	r := &console.Recorder{Check: s.mayDo, Log: s.log}
	if s.engine != nil {
		r.Store = s.engine
	}
	return r
}

// mutate checks that the caller may make the changes of a GraphQL request, and records them.
func (s *system) mutate(ctx context.Context, all []graphql.Change) (after func(failed bool), err error) {
	caller := login.Of(ctx)
	for _, m := range all {
		if !caller.May(mutationNeeds(m.Name)...) {
			s.security.mutations.refusedIn(ctx, m.Name)
			return nil, fault.New(fault.Forbidden, "%s may not do %s: it takes another role", caller.Name, m.Name)
		}
	}
	var refused []func(string)
	for _, m := range all {
		refuse, err := s.recorder.Begin(ctx, s.recorder.Mutation(ctx, m.Name, m.Args))
		if fault.CodeOf(err) == fault.Forbidden {
			s.security.mutations.refusedIn(ctx, m.Name)
		}
		if err != nil {
			return nil, err
		}
		refused = append(refused, refuse)
	}
	return func(failed bool) {
		for _, refuse := range refused {
			if failed {
				refuse("answered with an error")
			}
		}
	}, nil
}

// decidedBy returns who decides a review over GraphQL: always the caller.
func decidedBy(ctx context.Context, said string) (string, error) {
	caller := login.Of(ctx)
	if said != "" && said != caller.Name {
		return "", fault.New(fault.Forbidden, "%s may not decide in someone else's name; leave 'by' empty", caller.Name)
	}
	return caller.Name, nil
}

// firstApproval returns the first of two persons who approved an order at a step, or "" if the order does not wait for a
// second one.
func (s *system) firstApproval(ctx context.Context, orderID int64, step string) (string, error) {
	o, err := s.store.Order(ctx, orderID)
	return o.First(step), err
}

// mayDo refuses an action on an order for which the caller lacks the role: placing an order in review takes the role
// approve.
func (s *system) mayDo(ctx context.Context, a database.Action) error {
	places := a.What == "place" || a.What == "update-status" && strings.HasPrefix(a.Detail, string(order.Placed))
	if !places || a.OrderID == 0 || login.Of(ctx).May(login.Approve) {
		return nil
	}
	o, err := s.store.Order(ctx, a.OrderID)
	switch {
	case fault.CodeOf(err) == fault.NotFound, err == nil && o.Status != order.InReview:
		return nil // the action itself reports the error
	case err != nil:
		return err
	}
	return fault.New(fault.Forbidden, "order %d is in review: placing it takes the role approve", a.OrderID)
}
