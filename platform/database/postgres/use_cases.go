package postgres

import (
	"context"
	"errors"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/queries"
	"acme.example/webshop/platform/fault"
)

// Do runs a use case. If a new order shows that the database was restored or failed over, numbers are skipped and it runs
// again.
func (s *Store) Do(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (duplicate bool, err error) {
	if rows.Rules != nil { // a lost version's number is not given again
		if err := s.Locate(ctx); err != nil {
			return false, err
		}
	}
	for try := 1; ; try++ {
		duplicate, err = s.tryWith(ctx, rows, useCase)
		if moved := errors.Is(err, errMoved); !moved && !errors.Is(err, database.ErrStale) || try == tries {
			return duplicate, err
		} else if !moved {
			continue
		}
		if err := s.Locate(ctx); err != nil {
			return false, err
		}
	}
}

// tryWith reads the order when it names rows, and runs the use case.
func (s *Store) tryWith(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (duplicate bool, err error) {
	if rows.NeedsOrder() {
		o, err := s.Order(ctx, rows.Order)
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return false, err
		}
		rows = rows.With(&o)
	}
	return s.try(ctx, rows, useCase)
}

// try runs a use case. It returns errMoved if it needs a number and the database was restored or failed over.
func (s *Store) try(ctx context.Context, rows database.Rows, useCase func(*database.Tx) error) (duplicate bool, err error) {
	var next numbered
	found := database.Loaded{Rows: rows}
	var reads []read
	for _, r := range queries.PostgreSQL.Load(s.now(), &found) {
		reads = append(reads, locked(r))
	}
	if rows.Order != 0 {
		reads = append(reads, locked(queries.LoadOrder(rows.Order, &found.Order)))
	}
	if rows.New {
		here, err := s.here(ctx)
		if err != nil {
			return false, err
		}
		reads = append(reads, next.read(here, s.now()))
	}
	return s.do(ctx, reads, func(t *tx) (err error) {
		if rows.New {
			if found.Number, found.Unique, err = next.name(s.random); err != nil {
				return err
			}
		}
		use := database.NewTx(ctx, s.now(), t.ids)
		use.Loaded = found
		if err := useCase(use); err != nil {
			return err
		}
		for _, c := range use.Changes {
			t.write(c)
		}
		t.events = append(t.events, use.Events...)
		return nil
	})
}
