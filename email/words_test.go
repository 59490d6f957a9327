package email

import (
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

// filled are events with the fields that only some mails show.
var filled = map[event.Type]event.Event{
	event.TypeOrderCreated: event.OrderCreated{Street: "a"}, event.TypeDeliveryBooked: event.DeliveryBooked{City: "b", Phone: "1"},
	event.TypeDeliveryRescheduled: event.DeliveryRescheduled{City: "b", Phone: "1"},
}

func TestEveryMailHasAllItsTexts(t *testing.T) {
	for name, l := range languages {
		for _, kind := range kinds {
			full := content{
				Kind: kind, Language: name, language: l, Name: "Ada", Number: "7", Test: true, Items: []item{{Pieces: 1, Name: "x", Gift: true, Price: "$1", Before: "$2", Off: []sum{{"o", "−$1"}}}}, Sums: []sum{{"t", "$1"}}, Total: "$1", Included: "IVA",
				When: "now", Was: "then", Parcel: "V1", ReceivedBy: "Zoë", LeftAt: "door", ToPay: "$1", GivenBack: "$1", Because: "so", Arrives: "arrives.card", Contact: Contact{"a@b.example", "1"}, Event: filled[kind], Button: "https://a.example", Tracking: "https://b.example",
			}
			if _, err := full.message("id"); err != nil {
				t.Errorf("%s, %s: %v", name, kind, err)
			}
		}
	}
}

func TestMissingTextStopsTheMail(t *testing.T) {
	l := content{Kind: event.TypeOrderCreated, Language: "en", language: language{"OrderCreated.subject": "Order {id}"}}
	if _, err := l.message("id"); err == nil || !strings.Contains(err.Error(), `no text for "`) {
		t.Errorf("a mail with holes: %v", err)
	}
}

func TestWhen(t *testing.T) {
	s, _ := service(t)
	for _, c := range []struct {
		market, ms, want string
	}{
		{"US", slot, "Thursday, November 26, 9:00 AM"},
		{"MX", slot, "jueves, 26 de noviembre, 8:00"},
		{"US", "1795712400000", "Thursday, November 26, 12:00 PM"},
		{"US", "1795755600000", "Friday, November 27, 12:00 AM"},
		{"MX", "1795732200000", "jueves, 26 de noviembre, 16:30"},
		{"US", "1200", "Wednesday, December 31, 1969, 7:00 PM"},
		{"MX", "1200", "miércoles, 31 de diciembre de 1969, 18:00"},
		{"US", "1799000000000", "Sunday, January 3, 2027, 1:13 PM"},
	} {
		at, err := parseMillis(c.ms)
		if err != nil {
			t.Fatal(err)
		}
		l := content{rules: s.Rules.(*Rules), language: languages[s.Rules.(*Rules).Markets[c.market].Language]}
		if got := s.when(l, c.market, at); got != c.want {
			t.Errorf("%s in %s is %q, want %q", c.ms, c.market, got, c.want)
		}
	}
}

func TestSpanishHasAllDaysAndMonths(t *testing.T) {
	seen := map[string]bool{}
	for day := range 365 {
		seen[languages["es"].when(time.Date(2026, 1, 1+day, 9, 0, 0, 0, time.UTC), false)] = true
	}
	if len(seen) != 365 {
		t.Errorf("365 days have %d names", len(seen))
	}
}

func TestPrice(t *testing.T) {
	for _, c := range []struct {
		minor    int64
		currency money.Currency
		want     string
	}{
		{15000, "USD", "$150.00"}, {5, "USD", "$0.05"}, {99999, "USD", "$999.99"}, {100000, "USD", "$1,000.00"},
		{123456789, "MXN", "$1,234,567.89 MXN"}, {300000, "MXN", "$3,000.00 MXN"}, {-123456, "USD", "-$1,234.56"},
		{1500, "JPY", "¥1,500 JPY"}, {19990, "CLP", "$19,990 CLP"}, {1234560, "KWD", "1,234.560 KWD"}, {1500, "SEK", "15.00 SEK"}, {0, "USD", "$0.00"},
	} {
		got, err := languages["en"].price(money.Amount{Minor: c.minor, Currency: c.currency})
		if err != nil || got != c.want {
			t.Errorf("%d %s is %q, %v; want %q", c.minor, c.currency, got, err, c.want)
		}
	}
}
