package books

import (
	"cmp"
	"maps"
	"slices"

	"acme.example/webshop/money"
)

// Opening is the entry with which the books begin in a currency: what the ledger had in its accounts. What was earned until then is one
// balance, as the books before had it. Without anything, the entry has no lines.
func (p *Poster) Opening(c money.Currency, ledger []Line) (Entry, error) {
	sums := map[Account]int64{}
	for _, l := range ledger {
		if a, kept := openingAccount(l.Account); kept {
			sums[a] += l.Amount
		}
	}
	e := Entry{Text: "opening", Money: string(c), Entered: p.Now.UTC()}
	e.Dated = DayOf(p.Now, p.Zone)
	e.Day = FirstOpen(e.Dated, p.Closed)
	for _, a := range slices.SortedFunc(maps.Keys(sums), func(a, b Account) int { return cmp.Compare(a, b) }) {
		if sums[a] != 0 {
			e.Lines = append(e.Lines, Line{Account: a, Amount: sums[a]})
		}
	}
	if len(e.Lines) == 0 {
		return e, nil
	}
	err := p.Value(&e, nil)
	return e, err
}

// openingAccount is the account that opens with what an account of the ledger had.
func openingAccount(a Account) (Account, bool) {
	switch a {
	case "handed-over", "to-hand-over":
		return "", false
	case Deposits, Receivable:
		return a, true
	}
	if a = ofLedger(string(a), ""); a.result() {
		a = Opening
	}
	return a, true
}
