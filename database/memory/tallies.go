package memory

import "acme.example/webshop/order"

// tallied is a tally of an order.
type tallied struct {
	orderID int64
	order.Tally
}

// within fails with fault.LimitReached when one more would go beyond a cap.
func (t *tx) within(caps []order.Cap) error {
	for _, c := range caps {
		var count, amount int64
		for of := range t.disk.tallies {
			if of.Kind == c.Kind && of.Party == c.Party && of.At.After(c.Since) && count < c.Most {
				count, amount = count+1, amount+of.Amount
			}
		}
		if err := c.Reached(count, amount); err != nil {
			return err
		}
	}
	return nil
}

// known reports whether a party is an organization that is known.
func (t *tx) known(party string) bool {
	for of := range t.disk.tallies {
		if of.Kind == order.TallyApproved && of.Party == party {
			return true
		}
	}
	return false
}

// retally keeps the tallies of an order after it has changed.
func (t *tx) retally(before, after order.Order) {
	lost, got := order.Retallied(before, after)
	for _, kind := range lost {
		for of := range t.disk.tallies {
			if of.orderID == after.ID && of.Kind == kind {
				remove(t, t.disk.tallies, of)
			}
		}
	}
	for _, tally := range got {
		tally.At = millis(tally.At)
		put(t, t.disk.tallies, tallied{after.ID, tally}, true)
	}
}
