package postgres

import "acme.example/webshop/order"

// capped is a cap, and what its party has: as much as matters.
type capped struct {
	order.Cap
	count, amount int64
}

const countTallies = `SELECT count(*), coalesce(sum(amount), 0)::bigint
	FROM (SELECT amount FROM tallies WHERE kind = $1 AND party = $2 AND at > $3 LIMIT $4) t`

// readCaps counts what parties have, which are locked by name, so that one order at a time counts for each.
func readCaps(caps []order.Cap) (all []*capped, reads []read) {
	for _, c := range caps {
		of := &capped{Cap: c}
		all = append(all, of)
		reads = append(reads, named("tally "+c.Kind+" "+c.Party), read{
			sql: countTallies, args: []any{c.Kind, c.Party, c.Since.UnixMilli(), c.Most}, scan: into(&of.count, &of.amount),
		})
	}
	return all, reads
}

// within fails with fault.LimitReached when one more would go beyond a cap.
func within(caps []*capped) error {
	for _, c := range caps {
		if err := c.Reached(c.count, c.amount); err != nil {
			return err
		}
	}
	return nil
}

// readKnown asks whether a party is an organization that is known.
func readKnown(party string, known *bool) []read {
	if party == "" {
		return nil
	}
	return []read{{
		sql: `SELECT EXISTS (SELECT 1 FROM tallies WHERE kind = $1 AND party = $2)`, args: []any{order.TallyApproved, party}, scan: into(known),
	}}
}

// retally keeps the tallies of an order after it has changed.
func (t *tx) retally(before, after order.Order) {
	lost, got := order.Retallied(before, after)
	for _, kind := range lost {
		t.exec(`DELETE FROM tallies WHERE order_id = $1 AND kind = $2`, after.ID, kind)
	}
	for _, tally := range got {
		t.exec(`INSERT INTO tallies (order_id, kind, party, at, amount) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			after.ID, tally.Kind, tally.Party, tally.At.UnixMilli(), tally.Amount)
	}
}
