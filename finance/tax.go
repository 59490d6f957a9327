package finance

import (
	"strings"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// The entries of a tax have kinds of their own, so that an order has at most one of each: tax:GST, and tax-reversal:GST
// when its sale is taken back. They follow the sale, and move what is the state's out of the revenue.
const (
	taxKind         = "tax:"
	taxReversalKind = "tax-reversal:"
)

// TaxAccount is the account of what the shop owes for a tax of a market, by the tax's key.
func TaxAccount(market, key string) Account { return Account(taxKind + market + ":" + key) }

// WithTaxes returns an entry with those that follow from it: a sale's and a reversal's taxes.
func WithTaxes(e Entry, market string, taxes []event.Tax) []Entry {
	all := []Entry{e}
	for _, t := range taxes {
		part := Entry{OrderID: e.OrderID, Amount: money.Amount{Minor: t.Amount, Currency: e.Amount.Currency}, Test: e.Test}
		switch e.Kind {
		case KindSale:
			part.Kind, part.Debit, part.Credit = Kind(taxKind+t.Key()), Revenue, TaxAccount(market, t.Key())
		case KindReversal:
			part.Kind, part.Debit, part.Credit = Kind(taxReversalKind+t.Key()), TaxAccount(market, t.Key()), Refunds
		default:
			continue
		}
		all = append(all, part)
	}
	return all
}

// PartReversed returns the entry that takes back a part of a sale, with its taxes: of each the same share as of the total. The
// shares are rounded so that all parts together come to the whole tax: earlier is the sum of the parts before.
func PartReversed(part Entry, total money.Amount, earlier int64, market string, taxes []event.Tax) []Entry {
	share := make([]event.Tax, 0, len(taxes))
	for _, t := range taxes {
		t.Amount = money.Share(t.Amount, earlier+part.Amount.Minor, total.Minor) - money.Share(t.Amount, earlier, total.Minor)
		share = append(share, t)
	}
	all := []Entry{part}
	whole := Entry{OrderID: part.OrderID, Kind: KindReversal, Amount: part.Amount, Test: part.Test}
	for _, e := range WithTaxes(whole, market, share)[1:] {
		e.Kind += Kind(strings.TrimPrefix(string(part.Kind), string(KindReversal)))
		all = append(all, e)
	}
	return all
}

// Of is the kind of the entry that an entry follows: a tax follows its sale, and a correction what it corrects; others
// follow themselves.
func (k Kind) Of() Kind {
	k, _ = k.Corrected()
	switch {
	case strings.HasPrefix(string(k), taxKind):
		return KindSale
	case strings.HasPrefix(string(k), taxReversalKind):
		return KindReversal
	}
	return k
}
