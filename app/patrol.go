package app

import (
	"context"
	"time"

	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/surfaces/ops"
)

// patrolTerm is when another copy takes over the audit of a dead one. It is longer than the longest pause of a patrol.
const patrolTerm = 3 * time.Minute

// newPatrol returns the continuous audit, which runs beside the database.
func (s *system) newPatrol() *audit.Patrol {
	p := &audit.Patrol{Memory: s.engine, Log: s.log, Config: audit.Config{Now: s.now}}
	s.cfg.deployment().audits(s, &p.Config)
	if lead := s.lead("audit"); lead != nil {
		p.Lead = func(ctx context.Context) (bool, error) { return lead(ctx, s.now(), patrolTerm) }
	}
	return p
}

// audited returns the results of the audit, whichever copy runs it.
func (s *system) audited(ctx context.Context) (ops.Audited, error) {
	text, err := s.engine.ProgressOf(ctx, audit.PatrolJob)
	if err != nil {
		return ops.Audited{}, err
	}
	state, err := audit.ReadPatrolled(text)
	if err != nil {
		return ops.Audited{}, err
	}
	known := ops.Audited{Looked: state.Looked, Orders: state.Orders, More: state.More}
	if state.Whole != nil {
		known.Whole = (*ops.AuditRound)(state.Whole)
	}
	for _, f := range state.Found {
		known.Found = append(known.Found, ops.AuditFinding(f))
	}
	return known, nil
}

// auditedNow reports the audit's metrics.
func (s *system) auditedNow(ctx context.Context, tell tell) error {
	known, err := s.audited(ctx)
	if err != nil {
		return err
	}
	seconds := func(at time.Time) float64 {
		if at.IsZero() {
			return 0
		}
		return float64(at.UnixMilli()) / 1000
	}
	var ended time.Time
	if known.Whole != nil {
		ended = known.Whole.Ended
	}
	tell("audit_last_look_timestamp_seconds", seconds(known.Looked))
	tell("audit_last_round_timestamp_seconds", seconds(ended))
	tell("audit_orders", float64(known.Orders))
	tell("audit_findings", float64(len(known.Found)+known.More))
	return nil
}
