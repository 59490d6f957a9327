package postgres

import (
	"context"
	"time"

	"acme.example/webshop/database"
)

// Lead reports whether a holder has a role.
func (s *Store) Lead(ctx context.Context, role, holder string, at time.Time, term time.Duration) (bool, error) {
	n, err := s.count(ctx, `INSERT INTO leases (role, holder, until) VALUES ($1, $2, $3)
		ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE leases.holder = excluded.holder OR leases.until <= $4 OR leases.until > $5`,
		role, holder, at.Add(term).UnixMilli(), at.UnixMilli(), at.Add(term+database.ClockSlack).UnixMilli())
	return n > 0 && err == nil, err
}
