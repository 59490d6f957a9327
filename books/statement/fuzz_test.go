package statement

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/fault"
)

// sound checks what holds for every file: it is read whole, each receipt with an ID of its own, or refused with a code; and
// read again it is the same.
func sound(t *testing.T, text []byte, read func([]byte) ([]Receipt, error)) {
	receipts, err := read(text)
	if code := fault.CodeOf(err); err != nil && code != fault.Invalid && code != fault.TooLarge {
		t.Fatalf("%v", err)
	}
	again, _ := read(text)
	if diff := cmp.Diff(receipts, again); diff != "" {
		t.Fatalf("read again: %s", diff)
	}
	ids := map[string]bool{}
	for _, r := range receipts {
		if r.ID == "" || ids[r.ID] || !r.Amount.Currency.Known() || r.BookingDate.Year() < 1 || !utf8.ValidString(r.Reference+r.Counterparty) {
			t.Fatalf("%+v", r)
		}
		ids[r.ID] = true
	}
	for _, m := range Match(receipts, []OpenInvoice{{"DE-2026-000123", eur(60000)}}) {
		if (m.Reason == "") != (len(m.Parts) > 0) {
			t.Fatalf("%+v", m)
		}
	}
}

func FuzzCAMT(f *testing.F) {
	f.Add(file(f, "camt.053.001.02.xml"))
	f.Add(file(f, "camt.053.001.08.xml"))
	f.Add([]byte(oneEntry("R", "NONREF")))
	f.Fuzz(func(t *testing.T, text []byte) {
		sound(t, text, func(b []byte) ([]Receipt, error) { return ReadCAMT(bytes.NewReader(b)) })
	})
}

func FuzzCSV(f *testing.F) {
	f.Add(file(f, "german.csv"))
	f.Add(file(f, "american.csv"))
	f.Add([]byte("date,amount,currency,reference,name\n2026-11-30,1.234,EUR,,\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		sound(t, text, func(b []byte) ([]Receipt, error) { return ReadCSV(bytes.NewReader(b)) })
	})
}
