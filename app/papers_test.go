package app_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/fault"
)

// issued is a document of an order, as the console tells it.
type issued struct {
	Number, Kind, Day string
	Total             int64
}

// issues waits until the books have so many documents of an order.
func (s *shop) issues(order int64, n int) []issued {
	s.Helper()
	var seen struct{ Documents []issued }
	s.eventually("the order has its documents", func() bool {
		seen.Documents = nil
		s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, order), nil).want(200).into(&seen)
		return len(seen.Documents) == n
	})
	return seen.Documents
}

// shows fails the test unless the answer is a page with these texts, which runs no script.
func (a answer) shows(texts ...string) {
	a.Helper()
	for _, text := range texts {
		if !strings.Contains(string(a.want(200).body), text) {
			a.Errorf("%q is not in %s", text, a.body)
		}
	}
	if a.header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'; style-src 'sha256-") {
		a.Errorf("%v", a.header)
	}
}

// isPDF fails the test unless the answer is a PDF that is shown, and saved under a name.
func (a answer) isPDF(name string) {
	a.Helper()
	if !bytes.HasPrefix(a.want(200).body, []byte("%PDF")) || a.header.Get("Content-Type") != "application/pdf" || a.header.Get("Content-Disposition") != `inline; filename="`+name+`.pdf"` {
		a.Errorf("%v: %.20q", a.header, a.body)
	}
}

// TestAccountantsSeeADocument as its customer has it, and a credit note for what was given back.
func TestAccountantsSeeADocument(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine)
		made := s.create(realOrder("Zoë"))
		s.arrives(made.OrderID, "STOCKED")
		sale := s.issues(made.OrderID, 1)[0]
		if sale.Kind != "receipt" || sale.Total != 30000 || sale.Day == "" {
			t.Errorf("%+v", sale)
		}
		where := s.PrivateURL + "/books/documents/" + sale.Number
		s.call("GET", where, nil).shows(sale.Number, "Zoë", "300.00")
		s.call("GET", where+"?as=pdf", nil).isPDF(sale.Number)
		s.call("GET", where+"?as=doc", nil).refuses(fault.Invalid, "as")
		for _, number := range []string{"US-2026-999999", "US-1999-000001", "1", "000001", "x", sale.Number + "0", sale.Number[:len(sale.Number)-1], "-1", "%25"} {
			s.call("GET", s.PrivateURL+"/books/documents/"+number, nil).refuses(fault.NotFound)
		}
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": made.OrderID}).want(200)
		note := s.issues(made.OrderID, 2)[1]
		if note.Kind != "credit-note" || note.Total != 30000 {
			t.Errorf("%+v", note)
		}
		s.call("GET", s.PrivateURL+"/books/documents/"+note.Number, nil).shows(note.Number, sale.Number, "300.00")
	})
}

// TestCustomersGetTheirReceipt with the key of their order, once the books have issued it, and nobody else's.
func TestCustomersGetTheirReceipt(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine, knownSecrets)
		made, other := s.create(realOrder("Zoë")), s.create(realOrder("Other"))
		sale, others := s.documented(made, 1)[0], s.documented(other, 1)[0]
		if sale.Kind != "receipt" || sale.Number == others.Number {
			t.Errorf("%+v, %+v", sale, others)
		}
		where := s.PublicURL + "/receipt?key=" + trackingKey(made)
		s.call("GET", where, nil).shows(sale.Number, "Zoë", "300.00")
		s.call("GET", where+"&as=pdf", nil).isPDF(sale.Number)
		s.call("GET", where+"&number="+others.Number, nil).refuses(fault.NotFound)
		s.call("GET", where+"&as=doc", nil).refuses(fault.Invalid, "as")
		s.call("GET", s.PublicURL+"/receipt", nil).refuses(fault.Invalid, "key")
		shared := s.keyTo(access.Share, made.OrderID)
		s.call("GET", s.PublicURL+"/receipt?key="+shared, nil).refuses(fault.Unauthorized)
		if a := s.call("GET", s.PublicURL+"/trackOrder?key="+shared, nil).want(200); strings.Contains(string(a.body), sale.Number) {
			t.Errorf("others are told of the receipt: %s", a.body)
		}
		s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(made)}).want(200)
		note := s.documented(made, 2)[1]
		s.call("GET", where+"&number="+note.Number, nil).shows(note.Number, sale.Number)
		if note.Kind != "credit-note" {
			t.Errorf("%+v", note)
		}
		tried := s.create(realOrder("Tried", "testId", 352))
		s.arrives(tried.OrderID, "DELIVERY_BOOKED")
		s.call("GET", s.PublicURL+"/receipt?key="+trackingKey(tried), nil).refuses(fault.NotFound)
	})
}

// documented waits until the order page lists that many documents.
func (s *shop) documented(made created, n int) []issued {
	s.Helper()
	var seen struct{ Documents []issued }
	s.eventually("the customer is told of the documents", func() bool {
		seen.Documents = nil
		s.call("GET", s.PublicURL+"/trackOrder?key="+trackingKey(made), nil).want(200).into(&seen)
		return len(seen.Documents) == n
	})
	return seen.Documents
}
