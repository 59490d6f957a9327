package login

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

var begun = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func TestRolesAndNoMore(t *testing.T) {
	for _, c := range []struct {
		has  []Role
		may  []Role
		want bool
	}{
		{nil, []Role{Read}, false},
		{nil, []Role{Anyone}, true},
		{[]Role{Support}, []Role{Read}, true},
		{[]Role{Support}, []Role{Approve}, false},
		{[]Role{Approve}, []Role{Support, Approve}, true},
		{[]Role{Admin}, []Role{Rules}, true},
		{[]Role{Stage}, []Role{Read}, false},
		{[]Role{Stage}, []Role{Support, Stage}, true},
	} {
		if got := (Caller{Roles: c.has}).May(c.may...); got != c.want {
			t.Errorf("%v may do what takes %v: %v", c.has, c.may, got)
		}
	}
	for _, wrong := range []string{"", "chief", "services", "read,", "anyone", "Read"} {
		if _, err := ParseRoles(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// TestASessionIsItsOperatorsUntilItEnds: by time, by logout, or with the token; a changed one is invalid.
func TestASessionIsItsOperatorsUntilItEnds(t *testing.T) {
	now := begun
	tokens := &Tokens{}
	tokens.Add("the token of ann", Caller{Name: "ann", Roles: []Role{Support}})
	tokens.Add("the token of bob", Caller{Name: "bob", Roles: []Role{Read}})
	tokens.Add("the token of a stage", Caller{Name: "stage", Roles: []Role{Stage}})
	s := &Sessions{Tokens: tokens, Now: func() time.Time { return now }}
	if _, _, found := s.Begin("the token of a stage"); found {
		t.Error("a stage has a session")
	}
	session, ends, found := s.Begin("the token of ann")
	if c, valid := s.Caller(session); !found || !valid || c.Name != "ann" || !ends.Equal(begun.Add(SessionValid)) {
		t.Fatalf("%v %v until %v", c, valid, ends)
	}
	parts := strings.Split(session, "~")
	for _, forged := range []string{
		"", "~~~", session + "x", session[1:], "bob" + session[3:], strings.Join([]string{parts[0], "zzzzzz", parts[2], parts[3]}, "~"),
		strings.Join([]string{parts[0], parts[1], "A", parts[3]}, "~"), session + "~",
	} {
		if _, valid := s.Caller(forged); valid {
			t.Errorf("taken: %q", forged)
		}
	}
	other := &Sessions{Tokens: tokens, Now: s.Now}
	if _, valid := other.Caller(session); !valid {
		t.Error("another copy of the shop does not know it")
	}
	changed := &Tokens{}
	changed.Add("another token of ann", Caller{Name: "ann", Roles: []Role{Support}})
	if _, valid := (&Sessions{Tokens: changed, Now: s.Now}).Caller(session); valid {
		t.Error("it outlives the token")
	}
	s.End(session)
	if _, valid := s.Caller(session); valid {
		t.Error("it outlives the log out")
	}
	now = ends
	if _, valid := other.Caller(session); valid {
		t.Error("it outlives its time")
	}
}

func TestEndedSessionsAreBounded(t *testing.T) {
	tokens := &Tokens{}
	tokens.Add("the token of ann", Caller{Name: "ann", Roles: []Role{Read}})
	s := &Sessions{Tokens: tokens, Now: func() time.Time { return begun }}
	for range maxEnded + 10 {
		session, _, _ := s.Begin("the token of ann")
		s.End(session)
	}
	if len(s.ended) > maxEnded {
		t.Errorf("%d are remembered", len(s.ended))
	}
}

// TestWhoWasRightIsNotSlowedDown: a client that sent the right token is not, and one that guesses is.
func TestWhoWasRightIsNotSlowedDown(t *testing.T) {
	g := NewGuesses(func() time.Time { return begun })
	client, peer := netip.MustParsePrefix("203.0.113.7/32"), netip.MustParsePrefix("10.0.0.1/32")
	g.Right(client, "right")
	slowed := 0
	for i := range 90 {
		if g.Ask(client, peer, fmt.Sprint("guess ", i)) > 0 {
			slowed++
		}
	}
	if slowed != 80 {
		t.Errorf("%d of 90 guesses were slowed down", slowed)
	}
	if g.Ask(client, peer, "right") != 0 {
		t.Error("the right token is slowed down")
	}
	if g.Ask(netip.MustParsePrefix("203.0.113.8/32"), peer, "right") != 0 {
		t.Error("another client is slowed down before its time")
	}
	for i := range maxProven + 5 {
		g.Right(client, fmt.Sprint(i))
	}
	if len(g.proven) > maxProven {
		t.Errorf("%d are remembered", len(g.proven))
	}
}
