package app_test

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

// TestTheBooksFollowAnOrder over HTTP, as accountants read them: sold, charged, given back.
func TestTheBooksFollowAnOrder(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := startAbroad(t, engine)
		_, made := s.buy(canadian("products", "BB001", "region", "BC"))
		s.arrives(made.OrderID, "STOCKED")
		type balances struct {
			Accounts []struct {
				Account, Currency string
				Balance, Own      int64
			}
			Own int64
		}
		var at balances
		s.eventually("the order is in the books", func() bool {
			at = balances{}
			s.call("GET", s.PrivateURL+"/books/balances", nil).want(200).into(&at)
			return len(at.Accounts) == 4
		})
		got := map[string]int64{}
		for _, a := range at.Accounts {
			got[a.Account+" "+a.Currency] = a.Balance
		}
		want := map[string]int64{"clearing:payments-us CAD": 23520, "deposits CAD": -21000, "tax:CA:GST@5 CAD": -1050, "tax:CA:PST@7 CAD": -1470}
		if at.Own != 0 || !maps.Equal(got, want) {
			t.Errorf("%v, in the company's currency %d", got, at.Own)
		}
		table := string(s.call("GET", s.PrivateURL+"/books/taxes?as=csv", nil).want(200).body)
		if !strings.Contains(table, "CA,GST,rate,5,CAD,210.00,10.50\n") || !strings.Contains(table, "CA,PST,rate,7,CAD,210.00,14.70\n") {
			t.Errorf("the taxes are %s", table)
		}
		var documents struct {
			Documents []struct {
				Number, Kind string
				Total, Tax   int64
			}
		}
		s.call("GET", s.PrivateURL+"/books/documents", nil).want(200).into(&documents)
		if d := documents.Documents; len(d) != 1 || d[0].Kind != "receipt" || !strings.HasSuffix(d[0].Number, "-000001") || d[0].Total != 23520 || d[0].Tax != 2520 {
			t.Errorf("%+v", d)
		}
		s.payoutIsEntered()
	})
}

// payoutIsEntered once, and taken back once; formulas stay texts; what is wrong changes nothing.
func (s *shop) payoutIsEntered() {
	s.Helper()
	day := time.Now().UTC().AddDate(0, 0, -1).Format("2006-01-02")
	payout := map[string]any{"provider": "payments-us", "reference": "po_1", "amount": 14535, "fee": 465, "currency": "USD", "day": day}
	var first, again struct{ Number int64 }
	s.call("POST", s.PrivateURL+"/books/payouts", payout).want(200).into(&first)
	s.call("POST", s.PrivateURL+"/books/payouts", payout).want(200).into(&again)
	if first.Number == 0 || again != first {
		s.Errorf("the payout is entry %d, and then %d", first.Number, again.Number)
	}
	payout["amount"] = 14536
	s.call("POST", s.PrivateURL+"/books/payouts", payout).refuses(fault.Conflict)
	entry := map[string]any{"key": "rent", "text": "=1+1", "reason": "rent", "day": day, "currency": "USD", "lines": []map[string]any{{"account": "bank", "amount": -500}, {"account": "write-offs", "amount": 499}}}
	s.call("POST", s.PrivateURL+"/books/entries", entry).refuses(fault.Invalid)
	entry["lines"] = []map[string]any{{"account": "bank", "amount": -500}, {"account": "write-offs", "amount": 500}}
	s.call("POST", s.PrivateURL+"/books/entries", entry).want(200)
	if table := string(s.call("GET", s.PrivateURL+"/books/entries?as=csv", nil).want(200).body); !strings.Contains(table, ",'=1+1,") {
		s.Errorf("a formula is in the table: %s", table)
	}
	var reversal struct{ Reverses int64 }
	s.call("POST", s.PrivateURL+"/books/entries/"+strconv.FormatInt(first.Number, 10)+"/reversal", map[string]any{"reason": "it bounced"}).want(200).into(&reversal)
	if reversal.Reverses != first.Number {
		s.Errorf("the reversal is of %d", reversal.Reverses)
	}
	s.call("POST", s.PrivateURL+"/books/periods/"+time.Now().UTC().AddDate(0, 1, 0).Format("2006-01")+"/close", map[string]any{}).refuses(fault.Conflict)
	s.call("POST", s.PrivateURL+"/books/periods/soon/close", map[string]any{}).refuses(fault.Invalid, "period")
	s.call("POST", s.PrivateURL+"/books/rates", map[string]any{"currency": "CAD", "day": day, "rate": "x", "source": "a bank"}).refuses(fault.Invalid)
	s.call("POST", s.PrivateURL+"/books/rates", map[string]any{"currency": "CAD", "day": day, "rate": "1.37", "source": "a bank"}).want(204)
}
