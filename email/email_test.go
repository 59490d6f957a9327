package email

import (
	"context"
	"html"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/ref"
)

// outbox is a mail server that keeps its mails, and what is reported of them.
type outbox struct {
	sent    []Message
	reports []Report
	err     error
}

func (o *outbox) ReportMail(_ context.Context, r Report) error {
	if o.err == nil {
		o.reports = append(o.reports, r)
	}
	return o.err
}

func (o *outbox) Send(_ context.Context, m Message) error {
	if o.err == nil {
		o.sent = append(o.sent, m)
	}
	return o.err
}

func (o *outbox) Preview(id string, test bool) string {
	if !test {
		return ""
	}
	return "http://127.0.0.1:8081/mail/" + id
}

// OrderRef returns a reference for any order.
func (o *outbox) OrderRef(_ context.Context, id int64) (ref.Order, error) { return ref.Of(id, ""), nil }

type links struct{}

func (links) Tracking(ref.Order) string { return "https://shop.example/order?key=track.1&x=2" }
func (links) Delivery(ref.Order) string { return "https://shop.example/delivery?order=deliver.1" }

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func service(t *testing.T) (*Service, *outbox) {
	t.Helper()
	o := &outbox{}
	return &Service{
		Store: o, Mailer: o, Links: links{},
		Rules: &Rules{
			Markets: map[string]Market{
				"US": {Language: "en", Zone: zone(t, "America/New_York"), Contact: Contact{"help@acme.example", "+1 212 555 0100"}}, "MX": {Language: "es", Zone: zone(t, "America/Mexico_City"), Country: "MX"},
			},
			Products: map[string]Product{
				"LB001": {map[string]string{"en": "Lucky Bamboo", "es": "Bambú de la suerte"}},
				"EX002": {map[string]string{"en": "Elephant Ear", "es": "Oreja de elefante"}},
			},
		},
		Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) },
	}, o
}

// slot is 2026-11-26 14:00 UTC: 9:00 in New York, 8:00 in Mexico City.
const slot = "1795701600000"

func created(market string) event.OrderCreated {
	return event.OrderCreated{
		OrderID: 4711, Name: "Ada Lovelace", Email: "ada@example.com", Street: "12 St James's Square", City: "Springfield",
		Market: market, Products: "LB001,EX002, LB001,XX9", TotalPrice: 1234550,
		Currency: map[string]string{"US": "USD", "MX": "MXN"}[market],
	}
}

func deliverable(market string) event.OrderDeliverable {
	return event.OrderDeliverable{OrderID: 4711, Name: "Ada Lovelace", Email: "ada@example.com", Market: market}
}

func booked(market string) event.DeliveryBooked {
	return event.DeliveryBooked{
		OrderID: 4711, Name: "Ada Lovelace", Email: "ada@example.com", Phone: "+1 (555) 010", Street: "12 St James's Square",
		City: "Springfield", Market: market, DeliveryTime: slot,
	}
}

func declined(market, reason string) event.PaymentDeclined {
	return event.PaymentDeclined{OrderID: 4711, Name: "Ada Lovelace", Email: "ada@example.com", Market: market, Reason: reason}
}

// requested has the deadline in slot, and is the order's second attempt.
func requested(method string) event.PaymentRequested {
	return event.PaymentRequested{
		OrderID: 4711, Name: "Ada Lovelace", Email: "ada@example.com", Market: "MX", Payment: 2, Method: method, Amount: 300000, Currency: "MXN", Until: slot,
	}
}

func givenBack(market, method, reason string) event.RefundDone {
	return event.RefundDone{
		OrderID: 4711, Name: "Ada Lovelace", Email: "ada@example.com", Market: market, Refund: 1, Amount: 1250, Currency: "USD", Method: method,
		Reason: reason, OfSale: true, TotalPrice: 30000,
	}
}

func TestMailsTellWhatTheyMust(t *testing.T) {
	const track, pick = "https://shop.example/order?key=track.1&x=2", "https://shop.example/delivery?order=deliver.1"
	for _, c := range []struct {
		name, subject string
		send          func(context.Context, *Service) error
		tells         []string
	}{
		{"created in English", "Thank you for your order 4711",
			func(ctx context.Context, s *Service) error { return s.OnOrderCreated(ctx, created("US")) },
			[]string{"Thank you, Ada Lovelace!", "2 × Lucky Bamboo", "1 × Elephant Ear", "1 × XX9", "$12,345.50", "12 St James's Square", "Springfield", track}},
		{"of a business", "Thank you for your order 4711",
			func(ctx context.Context, s *Service) error {
				e := created("US")
				e.Details = map[string]string{"purchaseOrder": "PO <12>"}
				return s.OnOrderCreated(ctx, e)
			},
			[]string{"Your purchase order: PO <12>", "2 × Lucky Bamboo", track}},
		{"created in Spanish", "Gracias por tu pedido 4711",
			func(ctx context.Context, s *Service) error { return s.OnOrderCreated(ctx, created("MX")) },
			[]string{"¡Gracias, Ada Lovelace!", "2 × Bambú de la suerte", "1 × Oreja de elefante", "1 × XX9", "$12,345.50 MXN", "12 St James's Square", "Springfield", track}},
		{"deliverable in English", "Order 4711 is ready: pick a delivery time",
			func(ctx context.Context, s *Service) error { return s.OnOrderDeliverable(ctx, deliverable("US")) },
			[]string{"Your plants are ready, Ada Lovelace", "Pick a delivery time", pick, track}},
		{"deliverable in Spanish", "Tu pedido 4711 está listo: elige la hora de entrega",
			func(ctx context.Context, s *Service) error { return s.OnOrderDeliverable(ctx, deliverable("MX")) },
			[]string{"Tus plantas están listas, Ada Lovelace", "Elige la hora de entrega", pick, track}},
		{"booked in English", "Order 4711 comes on Thursday, November 26, 9:00 AM",
			func(ctx context.Context, s *Service) error { return s.OnDeliveryBooked(ctx, booked("US")) },
			[]string{"See you soon, Ada Lovelace", "Thursday, November 26, 9:00 AM", "12 St James's Square", "Springfield", "+1 (555) 010", track}},
		{"booked in Spanish", "Tu pedido 4711 llega el jueves, 26 de noviembre, 8:00",
			func(ctx context.Context, s *Service) error { return s.OnDeliveryBooked(ctx, booked("MX")) },
			[]string{"Nos vemos pronto, Ada Lovelace", "jueves, 26 de noviembre, 8:00", "12 St James's Square", "Springfield", "+1 (555) 010", track}},
		{"not paid in English", "Order 4711 was not paid in time",
			func(ctx context.Context, s *Service) error {
				return s.OnPaymentDeclined(ctx, declined("US", event.NotPaid))
			},
			[]string{"Your order has ended, Ada Lovelace", "It was not paid in time", "order again", track}},
		{"not paid in Spanish", "El pedido 4711 no se pagó a tiempo",
			func(ctx context.Context, s *Service) error {
				return s.OnPaymentDeclined(ctx, declined("MX", event.NotPaid))
			},
			[]string{"Tu pedido ya terminó, Ada Lovelace", "No se pagó a tiempo", track}},
		{"cancelled before it was paid", "Order 4711 is cancelled",
			func(ctx context.Context, s *Service) error {
				return s.OnPaymentDeclined(ctx, declined("US", "customer"))
			},
			[]string{"You asked us to cancel this order", "You owe nothing", "Should a payment for this order arrive", track}},
		{"in doubt, and declined", "Order 4711: your payment did not go through",
			func(ctx context.Context, s *Service) error { return s.OnPaymentDeclined(ctx, declined("US", "")) },
			[]string{"We kept asking your bank", track}},
		{"cancelled after a part was given back", "Order 4711 is cancelled",
			func(ctx context.Context, s *Service) error {
				return s.OnOrderCancelled(ctx, event.OrderCancelled{
					OrderID: 4711, Name: "Ada Lovelace", Email: "ada@example.com", Market: "US", Reason: "operator", TotalPrice: 30000, GivenBack: 1250, Currency: "USD", Paid: true,
				})
			},
			[]string{"$287.50", track}},
		{"a voucher in Spanish", "Pedido 4711: págalo a más tardar el jueves, 26 de noviembre, 8:00",
			func(ctx context.Context, s *Service) error {
				return s.OnPaymentRequested(ctx, requested("cash-voucher"))
			},
			[]string{"Tu ficha de pago está lista, Ada Lovelace", "Total a pagar: $3,000.00 MXN", "jueves, 26 de noviembre, 8:00", "Ver la ficha", track}},
		{"a transfer in English", "Order 4711: please pay by Thursday, November 26, 9:00 AM",
			func(ctx context.Context, s *Service) error {
				e := requested("bank-transfer")
				e.Market, e.Currency = "US", "USD"
				return s.OnPaymentRequested(ctx, e)
			},
			[]string{"Almost there, Ada Lovelace", "transfer", "To pay: $3,000.00", "Thursday, November 26, 9:00 AM", track}},
		{"a part given back in English", "Order 4711: we have given money back",
			func(ctx context.Context, s *Service) error {
				return s.OnRefundDone(ctx, givenBack("US", "card", "One came broken."))
			},
			[]string{"Money back for you, Ada Lovelace", "$12.50", "One came broken.", "within 5 to 10 days", track}},
		{"what was paid twice, in Spanish", "Pedido 4711: te devolvimos dinero",
			func(ctx context.Context, s *Service) error {
				return s.OnRefundDone(ctx, givenBack("MX", "cash-voucher", event.PaidTwice))
			},
			[]string{"Te devolvimos dinero, Ada Lovelace", "$12.50", "Este pedido se pagó dos veces.", track}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, o := service(t)
			ctx := event.WithReceipt(t.Context(), &event.Receipt{EventID: "0193-ab", Subscriber: "email.X"})
			if err := c.send(ctx, s); err != nil {
				t.Fatal(err)
			}
			m := o.sent[0]
			if m.Subject != c.subject || m.To != "ada@example.com" || m.ToName != "Ada Lovelace" || m.ID != "0193-ab.email.X" || m.Test {
				t.Errorf("the mail is headed %q to %q <%s> with ID %q, test %v", m.Subject, m.ToName, m.To, m.ID, m.Test)
			}
			if strings.Contains(m.Subject+m.Text+m.HTML, "%!") {
				t.Errorf("a text has a wrong blank:\n%s", m.Text)
			}
			markup := strings.NewReplacer("<strong>", "", "</strong>", "").Replace(m.HTML)
			for _, part := range c.tells {
				if !strings.Contains(m.Text, part) {
					t.Errorf("the text does not tell %q:\n%s", part, m.Text)
				}
				if asHTML := htmlOf(part); !strings.Contains(markup, asHTML) {
					t.Errorf("the HTML does not tell %q:\n%s", asHTML, markup)
				}
			}
		})
	}
}

// htmlOf returns a text as html/template writes it.
func htmlOf(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "+", "&#43;").Replace(text)
}

func TestTestOrdersSaySo(t *testing.T) {
	s, o := service(t)
	e := deliverable("US")
	e.TestID = 352
	if err := s.OnOrderDeliverable(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if m := o.sent[0]; !m.Test || !strings.Contains(m.Text, "This is a test order") || !strings.Contains(m.HTML, "This is a test order") {
		t.Errorf("test %v:\n%s", m.Test, m.Text)
	}
}

func TestMailsWithoutAnEventHaveIDsOfTheirOwn(t *testing.T) {
	s, o := service(t)
	for range 2 {
		if err := s.OnOrderDeliverable(t.Context(), deliverable("US")); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := o.sent[0].ID, o.sent[1].ID; a == b || !strings.HasPrefix(a, "manual.") {
		t.Errorf("IDs %q and %q", a, b)
	}
}

// BenchmarkMail measures one mail until it is passed to the mail server.
func BenchmarkMail(b *testing.B) {
	s := &Service{Mailer: &forgetful{}, Links: links{}, Rules: &Rules{Markets: map[string]Market{"US": {Language: "en", Zone: time.UTC}}}, Now: time.Now}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.OnOrderCreated(context.Background(), created("US")); err != nil {
			b.Fatal(err)
		}
	}
}

// forgetful sends nothing.
type forgetful struct{}

func (*forgetful) Send(context.Context, Message) error { return nil }
func (*forgetful) Preview(string, bool) string         { return "" }

// TestAMailNamesWhomToAsk as its market does; a market that names no one has mails without it.
func TestAMailNamesWhomToAsk(t *testing.T) {
	s, o := service(t)
	for _, market := range []string{"US", "MX"} {
		if err := s.OnRefundDone(t.Context(), givenBack(market, "card", "It came broken")); err != nil {
			t.Fatal(err)
		}
	}
	for i, names := range []bool{true, false} {
		m := o.sent[i]
		if (m.ReplyTo == "help@acme.example") != names || !names && m.ReplyTo != "" {
			t.Errorf("mail %d: answers go to %q", i, m.ReplyTo)
		}
		for _, text := range []string{m.Text, html.UnescapeString(m.HTML)} {
			if strings.Contains(text, "help@acme.example") != names || strings.Contains(text, "+1 212 555 0100") != names || strings.Contains(text, "Questions") != names {
				t.Errorf("mail %d: %s", i, text)
			}
		}
	}
}
