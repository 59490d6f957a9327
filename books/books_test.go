package books_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/books"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/fault"
)

var berlin = must(time.LoadLocation("Europe/Berlin"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func at(text string) time.Time { return must(time.Parse("2006-01-02 15:04", text)) }

// poster enters what happens to orders of a company in Berlin.
func poster(own money.Currency, rates ...books.Rate) *books.Poster {
	return &books.Poster{
		Company: books.Company{Zone: berlin, Currency: own, PaymentDays: 30}, Last: map[string]int64{}, Closed: map[books.Period]bool{},
		Rate: func(c money.Currency, d books.Day) (books.Rate, error) {
			if r, ok := books.RateOn(rates, c, d); ok {
				return r, nil
			}
			return books.Rate{}, fmt.Errorf("no rate of %s", c)
		},
	}
}

func germanOrder(id int64, point string) books.Order {
	return books.Order{
		ID: id, Market: "DE", Currency: "EUR", Total: 11900, Lines: []books.Sold{{Account: "pot", Net: 10000}},
		Taxes: []books.Tax{{Key: "VAT@19", Name: "VAT", Rate: "19", Treatment: "rate", Point: point, Base: 10000, Amount: 1900}},
	}
}

func movement(kind, debit, credit string, amount int64, when string) books.Movement {
	of := kind
	if tax, ok := strings.CutPrefix(kind, "tax:"); ok && tax != "" {
		of = "sale"
	} else if strings.HasPrefix(kind, "tax-reversal:") {
		of = "reversal"
	}
	return books.Movement{Kind: kind, Of: of, Debit: debit, Credit: credit, Amount: amount, At: at(when)}
}

func paid(amount int64, when string) books.Movement {
	return movement("payment", "cash:card", "receivable", amount, when)
}

func sold(amount, tax int64, when string) []books.Movement {
	return []books.Movement{
		movement("sale", "receivable", "revenue", amount, when), movement("tax:VAT@19", "revenue", "tax:DE:VAT@19", tax, when),
	}
}

func reversed(number string, amount, tax int64, when string) []books.Movement {
	return []books.Movement{
		movement("tax-reversal:VAT@19"+number, "tax:DE:VAT@19", "refunds", tax, when), movement("reversal"+number, "refunds", "receivable", amount, when),
	}
}

func handedOver(when string) books.Movement {
	return movement("handover", "handed-over", "to-hand-over", 11900, when)
}

func sums(entries []books.Entry) map[books.Account]int64 {
	all := map[books.Account]int64{}
	for _, e := range entries {
		for _, l := range e.Lines {
			all[l.Account] += l.Amount
		}
	}
	maps.DeleteFunc(all, func(_ books.Account, v int64) bool { return v == 0 })
	return all
}

func post(t *testing.T, p *books.Poster, o books.Order, movements ...books.Movement) books.Posting {
	t.Helper()
	out, err := p.Post(o, movements, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out.Entries {
		if err := e.Check(); err != nil {
			t.Errorf("%s: %v", e.Kinds, err)
		}
	}
	return out
}

func TestAnOpenInvoiceAndAPrepaidOrderAreTwoThings(t *testing.T) {
	p := poster("USD")
	invoice := books.Order{ID: 1, Market: "US", Currency: "USD", Total: 60000, Lines: []books.Sold{{Account: "plant", Net: 60000}}, Business: true}
	prepaid := books.Order{ID: 2, Market: "US", Currency: "USD", Total: 60000, Lines: invoice.Lines}
	sale := movement("sale", "receivable", "revenue", 60000, "2026-11-02 10:00")
	one, two := post(t, p, invoice, sale), post(t, p, prepaid, paid(60000, "2026-11-02 09:59"), sale)
	want := map[books.Account]int64{"receivable": 60000, "billed": -60000, "clearing:card": 60000, "deposits": -60000}
	if diff := cmp.Diff(want, sums(append(one.Entries, two.Entries...))); diff != "" {
		t.Error(diff)
	}
	documents := []books.Document{
		{Series: "US-2026-", Number: 1, Kind: books.Invoice, OrderID: 1, Of: "sale", Day: "2026-11-02", Due: "2026-12-02", Total: 60000, Currency: "USD"},
		{Series: "US-2026-", Number: 2, Kind: books.Receipt, OrderID: 2, Of: "sale", Day: "2026-11-02", Total: 60000, Currency: "USD"},
	}
	if diff := cmp.Diff(documents, append(one.Documents, two.Documents...)); diff != "" || documents[1].Name() != "US-2026-000002" {
		t.Error(diff)
	}
}

func TestAnAdvancePaymentIsTaxedWhenItComes(t *testing.T) {
	for point, want := range map[string]map[books.Period]map[books.Account]int64{
		event.PointPayment: {
			"2026-12": {"clearing:card": 11900, "deposits": -10000, "tax:DE:VAT@19": -1900},
			"2027-01": {"deposits": 10000, "revenue:DE:pot": -10000},
		},
		event.PointDelivery: {
			"2026-12": {"clearing:card": 11900, "deposits": -11900},
			"2027-01": {"deposits": 11900, "revenue:DE:pot": -10000, "tax:DE:VAT@19": -1900},
		},
	} {
		movements := append(sold(11900, 1900, "2026-12-30 12:00"), paid(11900, "2026-12-30 11:59"), handedOver("2026-12-31 23:30")) // January in Berlin
		byMonth := map[books.Period][]books.Entry{}
		for _, e := range post(t, poster("EUR"), germanOrder(1, point), movements...).Entries {
			byMonth[e.Day.Period()] = append(byMonth[e.Day.Period()], e)
		}
		for month, sum := range want {
			if diff := cmp.Diff(sum, sums(byMonth[month])); diff != "" {
				t.Errorf("%s, %s: %s", point, month, diff)
			}
		}
	}
}

func TestWhatIsTakenBack(t *testing.T) {
	pay, sell, hand := paid(11900, "2026-11-02 08:00"), sold(11900, 1900, "2026-11-02 08:01"), handedOver("2026-11-05 12:00")
	part := reversed(".2", 5950, 950, "2026-11-06 12:00")
	partBack := movement("refund.2", "receivable", "cash:card", 5950, "2026-11-06 12:01")
	for name, c := range map[string]struct {
		happened []books.Movement
		want     map[books.Account]int64
	}{
		"cancelled":           {append(append(sell, pay), reversed("", 11900, 1900, "2026-11-03 12:00")...), map[books.Account]int64{"clearing:card": 11900, "deposits": -11900}},
		"cancelled, refunded": {append(append(sell, pay, movement("refund", "receivable", "cash:card", 11900, "2026-11-03 12:01")), reversed("", 11900, 1900, "2026-11-03 12:00")...), map[books.Account]int64{}},
		"half returned": {append(append(sell, pay, hand, partBack), part...), map[books.Account]int64{
			"clearing:card": 5950, "revenue:DE:pot": -10000, "refunds": 5000, "tax:DE:VAT@19": -950}},
		"paid twice": {append(sell, pay, hand, movement("overpayment.2", "cash:card", "receivable", 11900, "2026-11-06 12:00")), map[books.Account]int64{
			"clearing:card": 23800, "deposits": -11900, "revenue:DE:pot": -10000, "tax:DE:VAT@19": -1900}},
		"taken back by a bank": {append(sell, pay, hand, movement("chargeback.1", "chargebacks", "cash:card", 11900, "2026-11-06 12:00")), map[books.Account]int64{
			"chargebacks": 11900, "revenue:DE:pot": -10000, "tax:DE:VAT@19": -1900}},
		"and given again": {append(sell, pay, hand, movement("chargeback.1", "chargebacks", "cash:card", 11900, "2026-11-06 12:00"), movement("chargeback-won.1", "cash:card", "chargebacks", 11900, "2026-11-20 12:00")),
			map[books.Account]int64{"clearing:card": 11900, "revenue:DE:pot": -10000, "tax:DE:VAT@19": -1900}},
	} {
		if diff := cmp.Diff(c.want, sums(post(t, poster("EUR"), germanOrder(1, event.PointPayment), c.happened...).Entries)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestMoneyThatComesBackAtAnotherRate loses 5.82: 3000.00 pesos were 172.49 dollars, and are 166.67.
func TestMoneyThatComesBackAtAnotherRate(t *testing.T) {
	p := poster("USD", books.Rate{Currency: "MXN", Day: "2026-11-01", Rate: "17.3925", Source: "Banxico"}, books.Rate{Currency: "MXN", Day: "2026-11-20", Rate: "18.00", Source: "Banxico"})
	o := books.Order{ID: 1, Market: "MX", Currency: "MXN", Total: 300000, Taxes: []books.Tax{{Key: "IVA@0", Name: "IVA", Rate: "0", Treatment: "zero", Point: event.PointPayment, Base: 300000}}}
	out := post(t, p, o, paid(300000, "2026-11-02 12:00"), movement("sale", "receivable", "revenue", 300000, "2026-11-02 12:01"),
		movement("reversal", "refunds", "receivable", 300000, "2026-11-21 12:00"), movement("refund", "receivable", "cash:card", 300000, "2026-11-21 12:00"))
	want := [][]books.Line{
		{{Account: "clearing:card", Amount: 300000, Own: 17249}, {Account: "deposits", Amount: -300000, Own: -17249}, {Account: "tax:MX:IVA@0:zero", Base: 300000}},
		{{Account: "tax:MX:IVA@0:zero", Base: -300000}, {Account: "deposits"}},
		{{Account: "clearing:card", Amount: -300000, Own: -16667}, {Account: "deposits", Amount: 300000, Own: 17249}, {Account: "exchange-differences", Own: -582}},
	}
	var lines [][]books.Line
	for _, e := range out.Entries {
		lines = append(lines, e.Lines)
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}

func TestALateDocumentIsBookedInTheNextPeriod(t *testing.T) {
	p := poster("EUR")
	p.Closed = map[books.Period]bool{"2026-11": true, "2026-12": true}
	out := post(t, p, germanOrder(1, event.PointPayment), append(sold(11900, 1900, "2026-11-30 12:00"), paid(11900, "2026-11-30 11:00"))...)
	if e := out.Entries[0]; e.Day != "2027-01-01" || e.Dated != "2026-11-30" || out.Documents[0].Name() != "DE-2027-000001" {
		t.Errorf("%+v, %+v", e, out.Documents)
	}
}

// TestAnOrderFromBeforeTheBooks is not earned again: the opening entry has what it was.
func TestAnOrderFromBeforeTheBooks(t *testing.T) {
	movements := append(sold(11900, 1900, "2026-11-02 12:00"), paid(11900, "2026-11-02 11:00"))
	for i := range movements {
		movements[i].Entered = true
	}
	movements = append(movements, handedOver("2026-11-03 12:00"))
	movements = append(movements, reversed("", 11900, 1900, "2026-11-04 12:00")...)
	out := post(t, poster("EUR"), germanOrder(1, event.PointPayment), movements...)
	want := map[books.Account]int64{"refunds": 10000, "tax:DE:VAT@19": 1900, "deposits": -11900}
	if diff := cmp.Diff(want, sums(out.Entries)); diff != "" || len(out.Entries) != 1 || !out.Entries[0].Opened {
		t.Errorf("%s: %+v", diff, out)
	}
}

// TestAnOrderThatCannotBeEnteredTakesNoNumber: documents have no gap where the exchange rate of an invoice is missing.
func TestAnOrderThatCannotBeEnteredTakesNoNumber(t *testing.T) {
	p := poster("USD", books.Rate{Currency: "EUR", Day: "2026-11-10", Rate: "0.86", Source: "a bank"})
	invoice := germanOrder(1, event.PointDelivery)
	invoice.Business = true
	if _, err := p.Post(invoice, sold(11900, 1900, "2026-11-02 10:00"), nil); err == nil {
		t.Fatal("it was entered without an exchange rate")
	}
	if d := post(t, p, germanOrder(2, event.PointDelivery), sold(11900, 1900, "2026-11-11 10:00")...).Documents[0]; d.Number != 1 {
		t.Errorf("the first document has number %d", d.Number)
	}
}

// TestWhatNobodyEnteredIsNotReversed: the books begin with their opening, and orders have ledgers of their own.
func TestWhatNobodyEnteredIsNotReversed(t *testing.T) {
	for name, e := range map[string]books.Entry{"an order's": {Number: 1, Order: 7}, "the opening": {Number: 1}} {
		if _, err := books.Reversal(e, "ann", "a test", "2026-11-02"); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}
