package sqlite

import (
	"acme.example/webshop/order"
)

// countTallies counts the tallies of a party, and adds their amounts up: no more of them than matter.
const countTallies = `SELECT count(*), coalesce(sum(amount), 0) FROM (SELECT amount FROM tallies WHERE kind = ? AND party = ? AND at > ? LIMIT ?)`

// within fails with fault.LimitReached when one more would go beyond a cap.
func (t *tx) within(caps []order.Cap) error {
	for _, c := range caps {
		var count, amount int64
		if err := t.row(countTallies, c.Kind, c.Party, c.Since.UnixMilli(), c.Most).Scan(&count, &amount); err != nil {
			return err
		}
		if err := c.Reached(count, amount); err != nil {
			return err
		}
	}
	return nil
}

// known reports whether a party is an organization that is known.
func (t *tx) known(party string) (known bool, err error) {
	if party == "" {
		return false, nil
	}
	err = t.row(`SELECT EXISTS (SELECT 1 FROM tallies WHERE kind = ? AND party = ?)`, order.TallyApproved, party).Scan(&known)
	return known, err
}

// retally keeps the tallies of an order after it has changed.
func (t *tx) retally(before, after order.Order) error {
	lost, got := order.Retallied(before, after)
	for _, kind := range lost {
		if err := t.exec(`DELETE FROM tallies WHERE order_id = ? AND kind = ?`, after.ID, kind); err != nil {
			return err
		}
	}
	for _, tally := range got {
		if err := t.exec(`INSERT OR REPLACE INTO tallies (order_id, kind, party, at, amount) VALUES (?, ?, ?, ?, ?)`,
			after.ID, tally.Kind, tally.Party, tally.At.UnixMilli(), tally.Amount); err != nil {
			return err
		}
	}
	return nil
}
