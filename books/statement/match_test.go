package statement

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/money"
)

func eur(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: "EUR"} }

func paid(id string, amount money.Amount, reference string) Receipt {
	return Receipt{ID: id, Amount: amount, Reference: reference}
}

// becomes is what became of receipts, a line each.
func becomes(matched []Matched) (lines []string) {
	for _, m := range matched {
		line := m.Receipt.ID + ":"
		for _, p := range m.Parts {
			line += fmt.Sprintf(" %s %d left %d", p.Invoice, p.Amount.Minor, p.Left.Minor)
		}
		lines = append(lines, line+string(m.Reason))
	}
	return lines
}

func TestMatch(t *testing.T) {
	open := []OpenInvoice{{"DE-2026-000123", eur(60000)}, {"DE-2026-000124", eur(15000)}, {"MX-2026-000007", money.Amount{Minor: 500, Currency: "MXN"}}}
	got := Match([]Receipt{
		paid("part", eur(40000), "Rechnung DE-2026-000123"),
		paid("too much", eur(20001), "DE-2026-000123"),
		paid("rest", eur(20000), "de 2026 000 123, thanks"),
		paid("rest", eur(20000), "de 2026 000 123, thanks"),
		paid("again", eur(1), "DE-2026-000123"),
		paid("unknown", eur(100), "DE-2026-000999"),
		paid("nothing", eur(100), ""),
		paid("out", eur(-100), "DE-2026-000124"),
		paid("foreign", money.Amount{Minor: 100, Currency: "USD"}, "DE-2026-000124"),
		paid("two", eur(15000), "DE-2026-000123 and DE-2026-000124"),
	}, open)
	want := []string{
		"part: DE-2026-000123 40000 left 20000", "too much:too-much", "rest: DE-2026-000123 20000 left 0", "again:too-much",
		"unknown:unknown", "nothing:unknown", "out:outgoing", "foreign:other-currency", "two: DE-2026-000124 15000 left 0",
	}
	if diff := cmp.Diff(want, becomes(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got[1].Detail != "EUR 200.01 was paid, but only EUR 200.00 of DE-2026-000123 is open" {
		t.Error(got[1].Detail)
	}
}

func TestSeveralInvoicesAtOnce(t *testing.T) {
	open := []OpenInvoice{{"DE-2026-000001", eur(100)}, {"DE-2026-000002", eur(50)}, {"MX-2026-000001", money.Amount{Minor: 1, Currency: "MXN"}}}
	for _, c := range []struct {
		minor           int64
		reference, want string
	}{
		{150, "DE-2026-000001, DE-2026-000002, DE-2026-000001", "r: DE-2026-000001 100 left 0 DE-2026-000002 50 left 0"},
		{149, "DE-2026-000001 DE-2026-000002", "r:several"},
		{101, "DE-2026-000001 MX-2026-000001", "r:other-currency"},
	} {
		if got := becomes(Match([]Receipt{paid("r", eur(c.minor), c.reference)}, open)); got[0] != c.want {
			t.Errorf("%d for %s: %v, want %s", c.minor, c.reference, got, c.want)
		}
	}
}

func TestNumbersInFreeText(t *testing.T) {
	n := newNumbers([]OpenInvoice{{Number: "DE-2026-000123"}, {Number: "DE-2026-0001234"}, {Number: "---"}})
	for text, want := range map[string]string{
		"DE-2026-000123":                 "DE-2026-000123",
		"re: de2026000123.":              "DE-2026-000123",
		"DE 2026/000 123":                "DE-2026-000123",
		"D E - 2 0 2 6 - 0 0 0 1 2 3":    "DE-2026-000123",
		"DE–2026–000123":                 "DE-2026-000123",
		"Müller DE-2026-000123 Straße":   "DE-2026-000123",
		"DE-2026-0001234":                "DE-2026-0001234",
		"DE-2026-000123 4":               "DE-2026-0001234",
		"DE-2026-000123 DE-2026-0001234": "DE-2026-000123 DE-2026-0001234",
		"DE-2026-00012":                  "",
		"XDE-2026-000123":                "",
		"1DE-2026-000123":                "",
		"DE-2026-000123x":                "",
		"DE-2026-00012345":               "",
		"":                               "",
	} {
		if got := strings.Join(n.in(text), " "); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

// TestNoMoreIsPaidThanIsOpen: whatever comes, each receipt that is matched is booked whole and once, and no invoice falls
// below zero.
func TestNoMoreIsPaidThanIsOpen(t *testing.T) {
	references := []string{"A-1", "A-2", "A-1 A-2", "a1", "A-3", ""}
	rapid.Check(t, func(t *rapid.T) {
		open := []OpenInvoice{{"A-1", eur(rapid.Int64Range(0, 9).Draw(t, "open"))}, {"A-2", eur(rapid.Int64Range(0, 9).Draw(t, "open"))}}
		left := map[string]int64{"A-1": open[0].Open.Minor, "A-2": open[1].Open.Minor}
		var receipts []Receipt
		for range rapid.IntRange(0, 8).Draw(t, "receipts") {
			receipts = append(receipts, paid(rapid.StringMatching("[a-d]").Draw(t, "id"), eur(rapid.Int64Range(-2, 12).Draw(t, "minor")), rapid.SampledFrom(references).Draw(t, "reference")))
		}
		ids := map[string]bool{}
		for _, m := range Match(receipts, open) {
			var sum int64
			for _, p := range m.Parts {
				sum += p.Amount.Minor
				if left[p.Invoice] -= p.Amount.Minor; p.Amount.Minor <= 0 || left[p.Invoice] < 0 || left[p.Invoice] != p.Left.Minor {
					t.Fatalf("%+v leaves %d", m, left[p.Invoice])
				}
			}
			if ids[m.Receipt.ID] || (m.Reason == "") != (sum > 0) || m.Reason == "" && sum != m.Receipt.Amount.Minor || (m.Reason == "") != (m.Detail == "") {
				t.Fatalf("%+v", m)
			}
			ids[m.Receipt.ID] = true
		}
	})
}
