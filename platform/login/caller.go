// Package login identifies callers of the private listener and what they may do: by a token, or in a browser by a session that the
// token was exchanged for.
//
// It guarantees: the caller's name comes from the credential, never from the request's content; an unknown credential opens
// nothing, wherever it comes from; guessing tokens is slow; and memory is bounded.
package login

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Role is something that a caller may do.
type Role string

// The roles. Admin includes the other operators' roles.
const (
	Read    Role = "read"    // read everything
	Support Role = "support" // help customers: cancel, mail, book, replay
	Approve Role = "approve" // decide reviews
	Rules   Role = "rules"   // change the shop's rules
	Admin   Role = "admin"   // all of these, money, partners and profiles
	Stage   Role = "stage"   // call the seed's routes under a stage prefix; no operator has it
)

// Operators lists the roles that an operator can have.
var Operators = []Role{Read, Support, Approve, Rules, Admin}

// Anyone means a caller without a credential.
const Anyone Role = "anyone"

// Local is the name of a caller from this machine without a credential, in a shop that needs none.
const Local = "local"

// Caller is a caller's name and roles.
type Caller struct {
	Name  string
	Roles []Role
}

// May reports whether the caller has one of the roles. Every operator may read.
func (c Caller) May(roles ...Role) bool {
	for _, r := range roles {
		switch {
		case r == Anyone, slices.Contains(c.Roles, r):
			return true
		case slices.Contains(c.Roles, Admin):
			return true
		case r == Read && slices.ContainsFunc(c.Roles, func(has Role) bool { return slices.Contains(Operators, has) }):
			return true
		}
	}
	return false
}

// ParseRoles reads roles of an operator, separated by commas.
func ParseRoles(text string) (roles []Role, err error) {
	for name := range strings.SplitSeq(text, ",") {
		r := Role(name)
		if !slices.Contains(Operators, r) {
			return nil, fmt.Errorf("there is no role %q; there are %v", name, Operators)
		}
		roles = append(roles, r)
	}
	return roles, nil
}

type callerKey struct{}

// With returns a context that carries the caller.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// Of returns the caller of a context, or one without a name and roles.
func Of(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}
