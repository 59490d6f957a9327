package finance

import "acme.example/webshop/event"

// Tx is a transaction that writes into the ledger. The order, and its entry of the kind that is written, are loaded before.
type Tx interface {
	// Taxes returns the order's market and taxes, or fault.NotFound.
	Taxes() (market string, taxes []event.Tax, err error)
	// Entry returns the order's entry of the kind, if there is one.
	Entry() (Entry, bool)
	// Post writes entries, but those of a kind that the order has, and those of no money.
	Post(...Entry)
}

// Post writes an entry into the ledger with its taxes, once (Store.PostEntries).
func Post(tx Tx, e Entry) error {
	market, taxes, err := tx.Taxes()
	if err == nil {
		tx.Post(WithTaxes(e, market, taxes)...)
	}
	return err
}

// Correct writes a correction into the ledger. The same one is not written twice; another one of its kind is fault.Conflict.
func Correct(tx Tx, e Entry) error {
	if _, _, err := tx.Taxes(); err != nil {
		return err
	}
	if there, is := tx.Entry(); is {
		return e.Sameness(there)
	}
	tx.Post(e)
	return nil
}
