package memory

import "acme.example/webshop/order"

// tallied is a tally of an order.
type tallied struct {
	orderID int64
	order.Tally
}

// weighed counts the tallies that count against a cap, and their amount.
func (d *Disk) weighed(c order.Cap) (n order.Count) {
	for of := range d.tallies {
		if of.Kind == c.Kind && of.Party == c.Party && of.At.After(c.Since) && n.All < c.Most {
			n.All, n.Part = n.All+1, n.Part+of.Amount
		}
	}
	return n
}

// approved reports whether a party has an order that a person approved.
func (d *Disk) approved(party string) bool {
	for of := range d.tallies {
		if of.Kind == order.TallyApproved && of.Party == party {
			return true
		}
	}
	return false
}
