package database

import (
	"context"
	"time"

	"acme.example/webshop/platform/fault"
)

// Rules is what each process needs of the versions of the shop's rules (package rules).
type Rules interface {
	// ActiveRules returns the version that is active; 0 when there is none yet. It is asked often, and costs next to
	// nothing.
	ActiveRules(ctx context.Context) (int64, error)
	// RulesOf returns a version with its text, or fault.NotFound.
	RulesOf(ctx context.Context, version int64) (RulesVersion, error)
	// AttendRules notes until when a process counts as one that must be able to read what is activated.
	AttendRules(ctx context.Context, r RulesReader) error
}

// RulesAdmin is what an operator's process needs of them besides.
type RulesAdmin interface {
	// ActivateRules activates a version, and stores it before when it is new. That some other version is active than the
	// wish expects is fault.Conflict, and so is a process that cannot read what would be active.
	ActivateRules(ctx context.Context, w RulesWish) (RulesActivation, error)
	// ListRules returns versions without their texts, the newest first.
	ListRules(ctx context.Context, limit int) ([]RulesVersion, error)
	// Activations returns what was activated, the newest first.
	Activations(ctx context.Context, limit int) ([]RulesActivation, error)
	// RulesReaders returns the processes that read rules at a time, by name.
	RulesReaders(ctx context.Context, at time.Time) ([]RulesReader, error)
}

// RulesVersion is one set of rules as it is kept. It is never changed.
type RulesVersion struct {
	Version   int64 // from 1; some are left out when the database was moved
	Text      string
	Format    int64 // which form the text has: what it takes to read it
	Author    string
	Note      string
	CreatedAt time.Time
}

// RulesActivation says that a version became active. The last one is in force.
type RulesActivation struct {
	ID      int64 // from 1, without gaps
	Version int64
	Author  string
	At      time.Time
	Before  int64 // the activation that a rollback returns to; 0: there is none
}

// RulesReader is a process that goes by the rules.
type RulesReader struct {
	Name   string
	Format int64 // the newest form that it can read
	Level  int64 // what it knows of stored data besides (Level)
	Until  time.Time
}

// RulesWish is what an operator wants to be active. One of New, Version and Back says what.
type RulesWish struct {
	Expect  int64         // the version that is active now, as far as the operator knows; 0: none
	New     *RulesVersion // a new version: its Text, Format and Note
	Version int64         // a version that is kept
	Back    bool          // what was active before
	Author  string
}

// RulesState is what a wish meets in the store.
type RulesState struct {
	Active       RulesActivation // zero: none
	Before       RulesActivation // that which Active.Before names; zero: none
	BeforeFormat int64           // of its version
	Format       int64           // of the version that is wished for by number; 0: there is no such version
	Newest       int64           // version
	Readers      []RulesReader   // that count now
}

// Decide returns the activation that fulfils a wish, without its time.
func (w RulesWish) Decide(s RulesState) (RulesActivation, error) {
	if w.Expect != s.Active.Version {
		return RulesActivation{}, fault.New(fault.Conflict, "the active version is %d, not %d: it changed meanwhile; reload", s.Active.Version, w.Expect)
	}
	a := RulesActivation{ID: s.Active.ID + 1, Author: w.Author, Before: s.Active.ID}
	format := s.Format
	switch {
	case w.New != nil:
		a.Version, format = s.Newest+1, w.New.Format
	case w.Back && s.Before.ID == 0:
		return RulesActivation{}, fault.New(fault.Conflict, "there is nothing to go back to")
	case w.Back:
		a.Version, a.Before, format = s.Before.Version, s.Before.Before, s.BeforeFormat
	case s.Format == 0:
		return RulesActivation{}, fault.New(fault.NotFound, "there is no version %d of the rules", w.Version)
	case w.Version == s.Active.Version:
		return RulesActivation{}, fault.New(fault.Conflict, "version %d is active already", w.Version)
	default:
		a.Version = w.Version
	}
	return a, readable(format, s.Readers)
}

// readable refuses a form that a living process cannot read: it could take no orders any more.
func readable(format int64, readers []RulesReader) error {
	for _, r := range readers {
		if r.Format < format {
			return fault.New(fault.Conflict, "the process %s cannot read these rules: they have the form %d, and it reads up to %d; "+
				"end it, or start it with the new program", r.Name, format, r.Format)
		}
	}
	return nil
}
