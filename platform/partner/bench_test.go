package partner_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/finance"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/partner"
	"acme.example/webshop/platform/partner/mailbox"
	"acme.example/webshop/platform/partner/simulator"
)

// BenchmarkMail sends mails of usual length to the built-in receiver, and measures both together.
func BenchmarkMail(b *testing.B) {
	box, err := mailbox.New(mailbox.Config{})
	if err != nil {
		b.Fatal(err)
	}
	defer box.Close()
	server, err := partner.PlainSMTP(box.Addr())
	if err != nil {
		b.Fatal(err)
	}
	m, err := partner.NewMail(partner.MailConfig{Test: server, HandTest: handTo(box), From: "ACME <orders@acme.example>"})
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	l := letter("")
	l.Text, l.HTML = strings.Repeat("A line of text, as it is in mails.\n", 25), strings.Repeat("<p style=\"color:red\">A line of HTML, as it is in mails.</p>\n", 65)
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		l.ID = fmt.Sprintf("mail-%d", n)
		if err := m.Send(b.Context(), l); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBookkeeping posts sales to the simulated bookkeeping system, and measures both together.
func BenchmarkBookkeeping(b *testing.B) {
	p, err := simulator.New(simulator.Config{
		StockistSecret: []byte("0123456789abcdef0123456789abcdef"), ScreeningSecret: []byte("0123456789abcdef0123456789abcdef"), Callback: &http.Client{}, Now: time.Now,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	client, err := partner.NewClient(simulator.Bookkeeping, "http://simulator/"+simulator.Bookkeeping, simulator.Transport(p.Handler()), partner.Options{})
	if err != nil {
		b.Fatal(err)
	}
	books := partner.Bookkeeping{Route: partner.Route{Live: client, Test: client}}
	sale := finance.Posting{Kind: finance.KindSale, Amount: money.Amount{Minor: 100, Currency: "USD"}}
	b.ReportAllocs()
	for b.Loop() {
		sale.OrderID++
		sale.Key = fmt.Sprintf("sale:%d", sale.OrderID)
		if err := books.Record(b.Context(), sale); err != nil {
			b.Fatal(err)
		}
	}
}
