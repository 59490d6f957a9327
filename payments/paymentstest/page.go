package paymentstest

import (
	"time"

	"acme.example/webshop/payments"
)

func paid(s scene) {
	p := s.begin(s.request(payments.Card))
	if p.Outcome.State != payments.ActionRequired || p.Outcome.Action.URL == "" {
		s.Fatalf("Begin = %+v; want a page to go to", p.Outcome)
	}
	s.wantBooks(Books{Begun: 1})
	s.does("Pay", s.Pay, p)
	s.find(p, payments.Paid)
	s.wantBooks(Books{Begun: 1, Paid: 15000})
	if again := s.begin(p.Request); again.Outcome.State != payments.Paid && again.Outcome.State != payments.ActionRequired {
		s.Errorf("Begin of what is paid = %+v", again.Outcome)
	}
	s.wantBooks(Books{Begun: 1, Paid: 15000})
}

func paid3DS(s scene) {
	p := s.begin(s.request(payments.Card))
	s.does("Pay3DS", s.Pay3DS, p)
	s.find(p, payments.Paid)
	s.wantBooks(Books{Begun: 1, Paid: 15000})
}

// declined: nothing is charged, whether or not the page lets the customer try again.
func declined(s scene) {
	p := s.begin(s.request(payments.Card))
	s.does("Decline", s.Decline, p)
	s.wantBooks(Books{Begun: 1})
	if s.find(p, payments.ActionRequired, payments.Failed).State == payments.ActionRequired {
		s.does("Pay", s.Pay, p)
		s.find(p, payments.Paid)
	}
}

func noFundsThenPaid(s scene) {
	p := s.begin(s.request(payments.Card))
	s.does("NoFunds", s.NoFunds, p)
	s.find(p, payments.ActionRequired)
	s.wantBooks(Books{Begun: 1})
	s.does("Pay", s.Pay, p)
	s.find(p, payments.Paid)
}

func abandonedThenPaid(s scene) {
	p := s.begin(s.request(payments.Card))
	s.does("Abandon", s.Abandon, p)
	s.find(p, payments.ActionRequired)
	s.does("Pay", s.Pay, p)
	s.find(p, payments.Paid)
}

// paidTwice: whatever a second tab does, the payment is paid once.
func paidTwice(s scene) {
	p := s.begin(s.request(payments.Card))
	s.does("Pay", s.Pay, p)
	_ = s.Pay(p)
	_ = s.Pay3DS(p)
	_ = s.Decline(p)
	s.find(p, payments.Paid)
	s.wantBooks(Books{Begun: 1, Paid: 15000})
}

func expired(s scene) {
	p := s.begin(s.request(payments.Card))
	s.Advance(p.Outcome.Until.Sub(s.Now()) + time.Second)
	_ = s.Pay(p) // whatever the page says
	s.find(p, payments.Expired)
	s.wantBooks(Books{Begun: 1})
}

// over: the shop wants no money any more, and nobody pays on the page.
func over(s scene) {
	p := s.begin(s.request(payments.Card))
	p.Request.Over = true
	s.find(p, payments.Expired)
	_ = s.Pay(p)
	s.find(p, payments.Expired)
	s.wantBooks(Books{Begun: 1})
}

// voucherPaid: the customer takes a voucher, and pays with it hours later.
func voucherPaid(s scene) {
	p := s.voucher()
	if found := s.find(p, payments.ActionRequired); found.Action.Voucher == nil || found.Action.Voucher.Number == "" {
		s.Errorf("Find = %+v; want the voucher", found)
	}
	s.wantBooks(Books{Begun: 1})
	s.Advance(20 * time.Hour)
	s.does("PayVoucher", s.PayVoucher, p)
	s.find(p, payments.Paid)
	_ = s.PayVoucher(p)
	s.wantBooks(Books{Begun: 1, Paid: 15000})
}

func voucherExpired(s scene) {
	p := s.voucher()
	s.Advance(8 * 24 * time.Hour)
	_ = s.PayVoucher(p)
	s.find(p, payments.Expired, payments.Failed)
	s.wantBooks(Books{Begun: 1})
}

// voucher returns a payment with a voucher that is valid for three days.
func (s scene) voucher() Payment {
	s.Helper()
	r := s.request(payments.CashVoucher)
	r.Amount.Currency = "MXN"
	r.Until = r.Begun.Add(3 * 24 * time.Hour)
	p := s.begin(r)
	if p.Outcome.Action.Voucher == nil {
		s.does("TakeVoucher", s.TakeVoucher, p)
	}
	return p
}
