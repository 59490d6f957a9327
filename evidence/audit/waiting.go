package audit

import "slices"

// changing are the statuses of records that may change. A charge that waits for its customer is read again, and so is
// one that expired: a voucher that was paid in time is heard of late.
var changing = []string{"action-required", "expired"}

// rewind forgets what was read since the oldest record that may have changed, so that it is read again. It returns the keys of
// those that were known before the snapshot.
func (p *place) rewind() (known map[string]bool) {
	known = map[string]bool{}
	if !p.mayChange {
		return known
	}
	for k, r := range p.records {
		var kept *record
		for r != nil {
			more := r.more
			if r.after < p.changesFrom {
				r.more, kept = kept, r
			} else if r.before {
				known[r.key] = true
			}
			r = more
		}
		if p.records[k] = kept; kept == nil {
			delete(p.records, k)
		}
	}
	p.next, p.mayChange = p.changesFrom, false
	return known
}

// noteChanging notes that a page has a record that may change.
func (p *place) noteChanging(r *record) {
	if !p.mayChange && slices.Contains(changing, r.status) {
		p.mayChange, p.changesFrom = true, r.after
	}
}
