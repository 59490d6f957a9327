package memory

import (
	"context"
	"time"

	"acme.example/webshop/platform/database"
)

// lease says which process has a role, and until when.
type lease struct {
	holder string
	until  time.Time
}

// Lead reports whether a holder has a role.
func (s *Store) Lead(ctx context.Context, role, holder string, at time.Time, term time.Duration) (leads bool, err error) {
	_, err = s.do(ctx, func(t *tx) error {
		is := t.disk.leases[role]
		ahead := is.until.After(at.Add(term + database.ClockSlack))
		if leads = is.holder == holder || !is.until.After(at) || ahead; leads {
			put(t, t.disk.leases, role, lease{holder, at.Add(term)})
		}
		return nil
	})
	return leads && err == nil, err
}
