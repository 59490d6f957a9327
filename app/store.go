package app

import (
	"context"

	"acme.example/webshop/platform/crash"
)

// openStore opens the database. Every process has it; only those with the service database work on the shop as a whole
// (engine).
func (s *system) openStore(ctx context.Context) error {
	store, err := s.cfg.deployment().openStore(ctx, s)
	if err != nil {
		return err
	}
	s.journal, s.store = store, s.observed(store)
	if s.cfg.runs(databaseService) {
		s.engine = store
	}
	s.undo.add(store.Close)
	crash.At("start.after-migrations")
	return nil
}
