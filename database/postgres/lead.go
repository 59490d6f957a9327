package postgres

import (
	"context"
	"time"
)

// Lead reports whether a holder has a role.
func (s *Store) Lead(ctx context.Context, role, holder string, at time.Time, term time.Duration) (bool, error) {
	n, err := s.count(ctx, `INSERT INTO leases (role, holder, until) VALUES ($1, $2, $3)
		ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE leases.holder = excluded.holder OR leases.until <= $4`, role, holder, at.Add(term).UnixMilli(), at.UnixMilli())
	return n > 0 && err == nil, err
}
