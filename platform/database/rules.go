package database

import (
	"context"
	"time"

	"acme.example/webshop/platform/fault"
)

// Rules is what each process needs of the versions of the shop's rules (package rules).
type Rules interface {
	// ActiveRules returns the active version; 0 if there is none yet. It is called often, and is cheap.
	ActiveRules(ctx context.Context) (int64, error)
	// RulesOf returns a version with its text, or fault.NotFound.
	RulesOf(ctx context.Context, version int64) (RulesVersion, error)
	// AttendRules records that a process uses the rules until a time: an activated version must be readable for it.
	AttendRules(ctx context.Context, r RulesReader) error
}

// RulesAdmin is what an operator's process needs besides.
type RulesAdmin interface {
	// ActivateRules activates a version, and stores it first if it is new. The error is fault.Conflict if the active
	// version is not the one that the wish expects, or a process could not read the new one.
	ActivateRules(ctx context.Context, w RulesWish) (RulesActivation, error)
	// ListRules returns versions without their texts, the newest first.
	ListRules(ctx context.Context, limit int) ([]RulesVersion, error)
	// Activations returns the activations, newest first.
	Activations(ctx context.Context, limit int) ([]RulesActivation, error)
	// RulesReaders returns the processes that read rules at a time, by name.
	RulesReaders(ctx context.Context, at time.Time) ([]RulesReader, error)
}

// RulesVersion is one stored set of rules. It never changes.
type RulesVersion struct {
	Version   int64 // from 1; numbers are skipped when the database was moved
	Text      string
	Format    int64 // the form of the text
	Author    string
	Note      string
	CreatedAt time.Time
}

// RulesActivation records that a version became active. The last one is in force.
type RulesActivation struct {
	ID      int64 // from 1, without gaps
	Version int64
	Author  string
	At      time.Time
	Before  int64 // the activation that a rollback returns to; 0: none
}

// RulesReader is a process that uses the rules.
type RulesReader struct {
	Name   string
	Format int64 // the newest form that it can read
	Level  int64 // what else it can read of stored data (Level)
	Until  time.Time
}

// RulesWish is an operator's request to activate a version: New, Version or Back is set.
type RulesWish struct {
	Expect  int64         // the active version as the operator knows it; 0: none
	New     *RulesVersion // a new version: its Text, Format and Note
	Version int64         // a stored version
	Back    bool          // the version that was active before
	Author  string
}

// RulesState is the state in which a wish is decided.
type RulesState struct {
	Active       RulesActivation // zero: none
	Before       RulesActivation // the activation named by Active.Before; zero: none
	BeforeFormat int64           // of Before's version
	Format       int64           // of the version that the wish names; 0: it does not exist
	Newest       int64           // the newest version
	Readers      []RulesReader   // the processes that use the rules now
}

// Decide returns the activation that a wish leads to, without its time.
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

// readable refuses a form that a running process cannot read, since that process could take no more orders.
func readable(format int64, readers []RulesReader) error {
	for _, r := range readers {
		if r.Format < format {
			return fault.New(fault.Conflict, "the process %s cannot read these rules: they have the form %d, and it reads up to %d; "+
				"end it, or start it with the new program", r.Name, format, r.Format)
		}
	}
	return nil
}
