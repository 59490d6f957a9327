package sqlite

import (
	"context"
	"time"

	"acme.example/webshop/database"
)

// Lead reports whether a holder has a role.
func (s *Store) Lead(ctx context.Context, role, holder string, at time.Time, term time.Duration) (leads bool, err error) {
	_, err = s.do(ctx, func(t *tx) error {
		n, err := t.change(`INSERT INTO leases (role, holder, until) VALUES (?, ?, ?)
			ON CONFLICT (role) DO UPDATE SET holder = excluded.holder, until = excluded.until
			WHERE leases.holder = excluded.holder OR leases.until <= ? OR leases.until > ?`,
			role, holder, at.Add(term).UnixMilli(), at.UnixMilli(), at.Add(term+database.ClockSlack).UnixMilli())
		leads = n > 0
		return err
	})
	return leads && err == nil, err
}
