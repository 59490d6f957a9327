package order

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
)

// Tally counts an order against what one party may have at a time. The store keeps the tallies of an order while they hold,
// and those of a real order only.
type Tally struct {
	Kind   string    // one of the kinds below
	Party  string    // digest of a mail address, an organization or an address to deliver to
	At     time.Time // when the order was made, or when it is delivered
	Amount int64     // of an unpaid order, in minor units
}

// The kinds of tallies.
const (
	TallyUnpaid   = "unpaid"   // the order is by invoice
	TallyPending  = "pending"  // the order's charge is under way, or in doubt
	TallyDelivery = "delivery" // it has a delivery time
	TallyApproved = "approved" // a person approved it: its organization is known
)

// Cap is how many tallies of a kind one party may have, that of one more order included.
type Cap struct {
	Kind       string
	Party      string
	Since      time.Time // earlier tallies do not count any more
	Most       int64     // how many
	Amount     int64     // what the order adds
	MostAmount int64     // how much all may add up to; 0 for any amount
	Whose      string    // what the party is, in words
}

// Reached returns an error if one more order would exceed the cap, given the count and the sum of the tallies so far.
func (c Cap) Reached(count, amount int64) error {
	switch {
	case count >= c.Most && c.Kind == TallyDelivery:
		return fault.New(fault.LimitReached, "this %s already has %d deliveries to come, and cannot have more; book again after one of them", c.Whose, count)
	case count >= c.Most:
		return fault.New(fault.LimitReached, "this %s already has %d unpaid orders, and cannot have more; pay or cancel one of them first", c.Whose, count)
	case c.MostAmount > 0 && amount+c.Amount > c.MostAmount:
		return fault.New(fault.LimitReached, "the unpaid orders of this %s would come to more than its limit; pay or cancel one of them first, or order less", c.Whose)
	}
	return nil
}

// Limits is how much one customer may have at a time. Zero is any number, or any amount.
type Limits struct {
	UnpaidOrders int64
	UnpaidAmount map[money.Currency]int64 // of an organization
	UnpaidFor    time.Duration            // for so long an order by invoice counts as unpaid
}

// caps are what a new order must not go beyond.
func (r *Rules) caps(o Order) (caps []Cap) {
	for _, t := range o.Tallies() {
		if t.Kind != TallyUnpaid && t.Kind != TallyPending || r.Limits.UnpaidOrders == 0 {
			continue
		}
		c := Cap{Kind: t.Kind, Party: t.Party, Since: o.CreatedAt.Add(-r.Limits.UnpaidFor), Most: r.Limits.UnpaidOrders, Whose: o.whose(t.Party)}
		if t.Party == o.account() {
			c.Amount, c.MostAmount = t.Amount, r.Limits.UnpaidAmount[o.Total.Currency]
		}
		caps = append(caps, c)
	}
	return caps
}

// DeliveryCaps are what an order must not go beyond when it books a time.
func (o Order) DeliveryCaps(now time.Time, most int) (caps []Cap) {
	if o.TestID != 0 || most <= 0 {
		return nil
	}
	for _, p := range o.parties() {
		caps = append(caps, Cap{Kind: TallyDelivery, Party: p, Since: now, Most: int64(most), Whose: o.whose(p)})
	}
	return caps
}

// Tallies are what the order counts as, as it stands. Orders by invoice and orders that are being paid count apart: a
// stranger can make orders by invoice in another's name, and must not keep them from paying at once. What another system took
// is that system's to count: of such an order only a delivery that was booked here counts.
func (o Order) Tallies() (all []Tally) {
	if o.TestID != 0 || o.Erased() {
		return nil
	}
	for _, p := range o.parties() {
		if kind := o.unpaid(); kind != "" {
			owes := p
			if p == o.organization() {
				owes = o.account()
			}
			all = append(all, Tally{Kind: kind, Party: owes, At: o.CreatedAt, Amount: o.Total.Minor})
		}
		if o.BookedHere() && o.Status != Cancelled {
			all = append(all, Tally{Kind: TallyDelivery, Party: p, At: o.DeliveryTime, Amount: 0})
		}
	}
	if o.OrgNumber != "" && o.approved() {
		all = append(all, Tally{Kind: TallyApproved, Party: o.organization(), At: o.CreatedAt, Amount: 0})
	}
	return all
}

// TallyChanges tells what changes in an order's tallies by a change of the order: which kinds it loses, and what it gets.
func TallyChanges(before, after Order) (lost []string, got []Tally) {
	was, is := before.Tallies(), after.Tallies()
	if slices.Equal(was, is) {
		return nil, nil
	}
	for _, kind := range []string{TallyUnpaid, TallyPending, TallyDelivery, TallyApproved} {
		of := func(t Tally) bool { return t.Kind == kind }
		switch had, has := slices.ContainsFunc(was, of), slices.ContainsFunc(is, of); {
		case had && has && before.Customer != after.Customer: // it counts against another party
			lost, got = append(lost, kind), append(got, slices.DeleteFunc(slices.Clone(is), func(t Tally) bool { return t.Kind != kind })...)
		case had && !has:
			lost = append(lost, kind)
		case had && kind == TallyDelivery && !before.DeliveryTime.Equal(after.DeliveryTime):
			lost = append(lost, kind)
			got = append(got, slices.DeleteFunc(slices.Clone(is), func(t Tally) bool { return t.Kind != kind })...)
		case has && !had:
			got = append(got, slices.DeleteFunc(slices.Clone(is), func(t Tally) bool { return t.Kind != kind })...)
		}
	}
	return lost, got
}

// unpaid returns the kind of tally of an order whose money the shop waits for, and "" for any other. The shop does not hear
// when an invoice is paid.
func (o Order) unpaid() string {
	byInvoice := o.PaymentProvider == "" && o.Total.Minor > 0 && o.Terms.Imported == nil
	switch {
	case o.Status == PaymentPending:
		return TallyPending
	case byInvoice && o.Status.Known() && o.Status != PaymentDeclined && o.Status != Cancelled:
		return TallyUnpaid
	}
	return ""
}

// approved reports whether a person approved the order, and it was not cancelled since.
func (o Order) approved() bool {
	passed := slices.ContainsFunc(o.Reviews, func(r Review) bool { return r.Step == Approval && r.State == ReviewPassed })
	return passed && o.Status.Reached(Placed)
}

// parties are the digests of the mailbox, the delivery address and the organization that the order counts against.
func (o Order) parties() []string {
	c := o.Customer
	all := []string{digest("mailbox " + mailaddr.Canonical(c.Email)), digest("address " + o.Market + " " + folded(c.Street) + " " + folded(c.City))}
	if o.OrgNumber != "" {
		all = append(all, o.organization())
	}
	return all
}

func (o Order) organization() string {
	return digest("organization " + o.CustomerType + " " + o.OrgNumber)
}

// account is what an organization owes in one currency.
func (o Order) account() string {
	return digest("account " + o.CustomerType + " " + o.OrgNumber + " " + string(o.Total.Currency))
}

func (o Order) whose(party string) string {
	switch all := o.parties(); party {
	case all[0]:
		return "mail address"
	case all[1]:
		return "delivery address"
	}
	return "organization"
}

// folded is a text without what people write in different ways: case, spaces and punctuation.
func folded(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToLower(norm.NFKC.String(text)))
}
