package app_test

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// openInvoice is an invoice as GET /books/open tells it.
type openInvoice struct {
	Number, Due, Currency string
	OrderID, Total, Open  int64
	DaysOverdue           int
}

// invoiced makes an order that is paid by invoice, and returns its invoice.
func (s *shop) invoiced(name string) openInvoice {
	s.Helper()
	made := s.create(realOrder(name, "customerType", "B2B", "orgNumber", "123456"))
	s.arrives(made.OrderID, "STOCKED")
	s.entered()
	for _, i := range s.openInvoices() {
		if i.OrderID == made.OrderID {
			return i
		}
	}
	s.Fatalf("order %d has no open invoice", made.OrderID)
	return openInvoice{}
}

func (s *shop) openInvoices() []openInvoice {
	s.Helper()
	var page struct{ Invoices []openInvoice }
	s.call("GET", s.PrivateURL+"/books/open", nil).want(200).into(&page)
	return page.Invoices
}

// inBooks waits until the books have all, and returns the balances of accounts.
func (s *shop) inBooks() map[string]int64 {
	s.Helper()
	s.entered()
	var at struct {
		Accounts []struct {
			Account string
			Balance int64
		}
	}
	s.call("GET", s.PrivateURL+"/books/balances", nil).want(200).into(&at)
	all := map[string]int64{}
	for _, a := range at.Accounts {
		all[a.Account] = a.Balance
	}
	return all
}

func payment(number string, amount int64, reference string) map[string]any {
	return map[string]any{"number": number, "amount": amount, "day": time.Now().UTC().Format(time.DateOnly), "reference": reference}
}

// TestAnInvoiceIsPaidByHand in two parts, over HTTP; what is wrong changes nothing, and the audit finds nothing.
func TestAnInvoiceIsPaidByHand(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine, trusting(t, "123456"))
		i := s.invoiced("Firm")
		if i.Total != 30000 || i.Open != 30000 || i.DaysOverdue != 0 || i.Currency != "USD" || i.Due == "" {
			t.Errorf("%+v", i)
		}
		pay := func(body map[string]any) answer { return s.call("POST", s.PrivateURL+"/books/payments", body) }
		var paid openInvoice
		for range 2 { // the same reference counts once
			if pay(payment(i.Number, 20000, "one")).want(200).into(&paid); paid.Open != 10000 || paid.Number != i.Number {
				t.Errorf("%+v", paid)
			}
		}
		if at := s.inBooks(); at["receivable"] != 10000 || at["bank"] != 20000 {
			t.Errorf("the books have %v", at)
		}
		pay(payment(i.Number, 10001, "two")).refuses(fault.Invalid, "amount")
		pay(payment(i.Number, 0, "two")).refuses(fault.Invalid)
		pay(payment(i.Number, 20001, "one")).refuses(fault.Conflict)
		pay(payment("US-1999-000001", 1, "two")).refuses(fault.NotFound)
		late := payment(i.Number, 1, "two")
		late["day"] = "yesterday"
		pay(late).refuses(fault.Invalid, "day")
		if table := string(s.call("GET", s.PrivateURL+"/books/open?as=csv", nil).want(200).body); !strings.Contains(table, i.Number+",") || !strings.Contains(table, ",USD,300.00,100.00,\n") {
			t.Errorf("the table is %s", table)
		}
		pay(payment(i.Number, 10000, "two")).want(200)
		pay(payment(i.Number, 1, "three")).refuses(fault.Conflict)
		if open := s.openInvoices(); len(open) > 0 {
			t.Errorf("%+v is open", open)
		}
		if at := s.inBooks(); at["receivable"] != 0 || at["bank"] != 30000 {
			t.Errorf("the books have %v", at)
		}
		clean(t, s.audited())
	})
}

// TestAStatementPaysInvoices: what names its invoice is entered, in however many statements it is; what is left is entered by hand under its
// reference.
func TestAStatementPaysInvoices(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine, trusting(t, "123456"))
		i, today := s.invoiced("Firm"), time.Now().UTC().Format(time.DateOnly)
		file := "id,date,amount,currency,reference,name\n" +
			"T1," + today + ",200.00,USD,invoice " + i.Number + ",M\xfcller\n" + // in the encoding of Windows
			"T2," + today + ",50.00,USD,thank you,Firm\n" +
			"T3," + today + ",-9.00,USD,a fee,The bank\n"
		type read struct {
			Booked []struct{ Reference, Invoice string }
			Before int
			Left   []struct{ Reference, Reason, From string }
		}
		send := func(file string) (got read) {
			t.Helper()
			s.call("POST", s.PrivateURL+"/books/statement", file).want(200).into(&got)
			return got
		}
		if got := send(file); len(got.Booked) != 1 || got.Booked[0].Invoice != i.Number || got.Before != 0 || len(got.Left) != 2 || got.Left[0].Reason != "unknown" || got.Left[1].Reason != "outgoing" {
			t.Errorf("%+v", got)
		}
		if got := send(file); len(got.Booked) != 0 || got.Before != 1 || len(got.Left) != 2 {
			t.Errorf("sent again: %+v", got)
		}
		s.call("POST", s.PrivateURL+"/books/payments", payment(i.Number, 5000, "T2")).want(200)
		if got := send(file + "T4," + today + ",50.01,USD," + i.Number + ",Firm\n"); len(got.Booked) != 0 || got.Before != 2 || len(got.Left) != 2 || got.Left[1].Reason != "too-much" {
			t.Errorf("with one that is too much: %+v", got)
		}
		if got := send(file + "T5," + today + ",50.00,USD," + i.Number + ",Firm\n"); len(got.Booked) != 1 || got.Before != 2 {
			t.Errorf("with the rest: %+v", got)
		}
		s.call("POST", s.PrivateURL+"/books/statement", "no statement").refuses(fault.Invalid)
		if at := s.inBooks(); at["receivable"] != 0 || at["bank"] != 30000 {
			t.Errorf("the books have %v", at)
		}
		clean(t, s.audited())
	})
}
