package graphql

import (
	"context"

	"acme.example/webshop/database"
)

func (q query) ActiveRules(ctx context.Context) (int64, error) { return q.Store.ActiveRules(ctx) }

func (q query) Rules(ctx context.Context, version int64) (*database.RulesVersion, error) {
	v, err := q.Store.RulesOf(ctx, version)
	return &v, err
}

func (m mutation) AttendRules(ctx context.Context, reader database.RulesReader) (bool, error) {
	return true, m.Store.AttendRules(ctx, reader)
}
