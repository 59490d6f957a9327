package rules

import (
	"context"
	"errors"
	"strings"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// maxListed bounds one list of versions, or of activations.
const maxListed = 1000

// Admin activates, tries and rolls back versions of the rules, for operators.
type Admin struct {
	Store interface {
		database.Rules
		database.RulesAdmin
		Search(ctx context.Context, q database.OrderQuery) (database.Found, error)
	}
	Versions *Versions
	Who      func(context.Context) string // who asks
	Now      func() time.Time
}

// Check returns a text as a set, or what is wrong with it: fault.Invalid, a field for each problem, with its line. It is
// checked as by this program today.
func (r *Admin) Check(text string) (*Set, error) {
	set, err := Check([]byte(text), r.Versions.Providers, r.Now())
	wrong, ours := errors.AsType[Wrong](err)
	if !ours {
		return set, err
	}
	var fields []fault.Field
	for _, w := range wrong {
		fields = append(fields, fault.Field{Name: "text", Detail: strings.TrimPrefix(w, "rules: ")})
	}
	return nil, fault.InvalidFields(fields...)
}

// Activate activates a kept version, or a text as a new one, if the version that is active is the expected one. Both are
// checked. In this process it is in force when Activate returns, and in each other one within a second. The warnings are the set's.
func (r *Admin) Activate(ctx context.Context, text string, version, expect int64, note string) (a database.RulesActivation, warnings []string, err error) {
	w := database.RulesWish{Expect: expect, Version: version, Author: r.Who(ctx)}
	if (text == "") == (version == 0) {
		return a, nil, errOneOfTwo
	}
	brought := text
	if text == "" {
		v, err := r.Store.RulesOf(ctx, version)
		if err != nil {
			return a, nil, err
		}
		brought = v.Text
	}
	set, err := r.Check(brought)
	if err != nil {
		return a, nil, err
	}
	if text != "" {
		w.New = &database.RulesVersion{Text: text, Format: int64(set.Format), Note: note}
	}
	a, err = r.turn(ctx, w)
	return a, set.Warnings, err
}

var errOneOfTwo = fault.InvalidField("text", "must be rules, or version the number of some that are kept: one of the two")

// Rollback activates what was active before, if the version that is active is the expected one. Once more, it goes back
// further. What is gone back to is not checked: it was in force, and going back must always work.
func (r *Admin) Rollback(ctx context.Context, expect int64) (database.RulesActivation, error) {
	return r.turn(ctx, database.RulesWish{Expect: expect, Back: true, Author: r.Who(ctx)})
}

func (r *Admin) turn(ctx context.Context, w database.RulesWish) (database.RulesActivation, error) {
	a, err := r.Store.ActivateRules(ctx, w)
	if err != nil {
		return a, err
	}
	if err := r.Versions.look(ctx); err != nil {
		r.Versions.Log.WarnContext(ctx, "rules: activated, and not read here yet; trying again", "version", a.Version, "error", err)
	}
	return a, nil
}

// Found gives a new shop its first rules, if they pass all checks. A shop that has some keeps them: then it returns whether
// the active ones are another text.
func (r *Admin) Found(ctx context.Context, text []byte, note string) (differ bool, err error) {
	active, err := r.Store.ActiveRules(ctx)
	if err != nil {
		return false, err
	}
	if active == 0 {
		set, err := Check(text, r.Versions.Providers, r.Now())
		if err != nil {
			return false, err
		}
		_, err = r.Store.ActivateRules(ctx, database.RulesWish{
			Author: "start", New: &database.RulesVersion{Text: string(text), Format: int64(set.Format), Note: note},
		})
		if fault.CodeOf(err) != fault.Conflict {
			return false, err
		}
		if active, err = r.Store.ActiveRules(ctx); err != nil { // another process was faster
			return false, err
		}
	}
	v, err := r.Store.RulesOf(ctx, active)
	return v.Text != string(text), err
}

const (
	// MaxTried bounds how many orders are made again in one trial.
	MaxTried = 10_000
	// maxSearched bounds how many orders are looked through for real ones.
	maxSearched = 10 * MaxTried
)

// Try tells what would differ if the last real orders had been made under a text, or under a kept version. Nothing is stored.
func (r *Admin) Try(ctx context.Context, text string, version int64, last int) (Trial, error) {
	set, err := r.wanted(ctx, text, version)
	if err != nil {
		return Trial{}, err
	}
	orders, err := r.last(ctx, last)
	if err != nil {
		return Trial{}, err
	}
	t := set.Try(orders)
	t.Warnings = set.Warnings
	return t, nil
}

// wanted is the set of a text, or of a kept version.
func (r *Admin) wanted(ctx context.Context, text string, version int64) (*Set, error) {
	switch {
	case (text == "") == (version == 0):
		return nil, errOneOfTwo
	case text != "":
		return r.Check(text)
	}
	return r.Versions.Of(ctx, version)
}

// last are the last real orders that were made here, the newest first.
func (r *Admin) last(ctx context.Context, most int) (orders []order.Order, err error) {
	page := database.OrderQuery{}
	for searched := 0; len(orders) < most && searched < maxSearched; {
		found, err := r.Store.Search(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, o := range found.Orders {
			if o.TestID == 0 && o.Terms.Imported == nil && len(orders) < most {
				orders = append(orders, o)
			}
		}
		searched += len(found.Orders)
		if page.Below = found.Next; page.Below == 0 {
			break
		}
	}
	return orders, nil
}
