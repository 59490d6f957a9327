package books

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/money"
)

// Order is an order as the books see it. Amounts are minor units of its currency.
type Order struct {
	ID       int64
	Market   string
	Currency money.Currency
	Total    int64
	Lines    []Sold
	Taxes    []Tax
	Business bool // whether it is paid by invoice
}

// Sold is a line of an order.
type Sold struct {
	Account string // of its revenue, within the market: the product's tax class, or the account of a charge
	Net     int64  // what is paid for it, without taxes
	Off     int64  // what offers took off that, without taxes
	Taxes   []Tax  // how each authority taxes it; none where the market's rules have no authorities
}

// account is where the line is earned, in a market. What a total was rounded by is no revenue.
func (l Sold) account(market string) Account {
	if l.Account == string(Rounding) {
		return Rounding
	}
	return Revenue(market, l.Account)
}

// Tax is a tax of an order.
type Tax struct {
	Key                   string // its name in the ledger
	Name, Rate, Treatment string
	Point                 string // when it falls due: one of event.Points
	Base, Amount          int64
}

// Movement is an entry of the order's ledger.
type Movement struct {
	Kind          string // e.g. sale, payment, tax:VAT@19, refund.2
	Of            string // the kind that it follows: sale of tax:VAT@19; Kind itself of others
	Debit, Credit string // accounts of the ledger
	Amount        int64
	At            time.Time
	Author        string
	Reason        string
	Corrects      bool // whether a person entered it
	Entered       bool // whether the books have it
}

// The kinds of movements that the books tell apart. Those about one of several payments or refunds end in its number.
const (
	kindPayment  = "payment"
	kindOverpaid = "overpayment"
	kindReceipt  = "bank"
	kindSale     = "sale"
	kindHandOver = "handover"
	kindReversal = "reversal"
	taxReversal  = "tax-reversal:"
)

// rank is the order of movements of the same moment.
var rank = map[string]int{kindPayment: 1, kindOverpaid: 2, kindReceipt: 3, kindSale: 4, kindHandOver: 5, kindReversal: 6}

// name is the kind without the number of a payment or refund, and without that of a correction.
func (m Movement) name() string {
	name, _, _ := strings.Cut(m.Of, "/")
	name, _, _ = strings.Cut(name, ".")
	return name
}

// part identifies what is entered together: a sale with its taxes.
func (m Movement) part() string {
	part := m.Of
	if m.Corrects {
		part = m.Kind
	} else if m.Of != m.Kind { // a tax, with the number of the refund that takes it back
		if _, number, ok := strings.Cut(m.Kind[strings.LastIndexAny(m.Kind, "@:")+1:], "."); ok {
			part += "." + number
		}
	}
	return part
}

// sorted returns movements in the order in which they are entered. What is entered already comes first: clocks may differ.
func sorted(all []Movement) []Movement {
	return slices.SortedStableFunc(slices.Values(all), func(a, b Movement) int {
		return cmp.Or(compareBools(b.Entered, a.Entered), a.At.Compare(b.At), cmp.Compare(cmp.Or(rank[a.name()], 9), cmp.Or(rank[b.name()], 9)), cmp.Compare(a.part(), b.part()), compareBools(a.follows(), b.follows()))
	})
}

// follows reports whether the movement is entered with another one, as a tax with its sale.
func (m Movement) follows() bool { return m.Of != m.Kind && !m.Corrects }

func compareBools(a, b bool) int {
	number := map[bool]int{true: 1}
	return number[a] - number[b]
}
