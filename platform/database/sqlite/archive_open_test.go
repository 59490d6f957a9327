package sqlite

import (
	"testing"
	"time"

	"acme.example/webshop/event"
)

// TestWhatWasOpenWhenItWasPackedStays: an order that was found finished is paid too late, packed with the event of that, and the event is
// handled before the order is archived. The archive would say for ever that it waits.
func TestWhatWasOpenWhenItWasPackedStays(t *testing.T) {
	b := openBench(t)
	id, err := b.create()
	if err != nil {
		t.Fatal(err)
	}
	archived := func(h history) (moved int) {
		t.Helper()
		if _, err := b.do(t.Context(), func(t *tx) (err error) { moved, err = t.archive(id, h, time.Now()); return err }); err != nil {
			t.Fatal(err)
		}
		return moved
	}
	pack := func() history {
		t.Helper()
		h, err := b.pack(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	early := pack()
	receipts, err := b.JournalledReceipts(t.Context(), id)
	if err != nil || len(receipts) == 0 {
		t.Fatal(receipts, err)
	}
	for _, r := range receipts {
		if err := b.MarkDone(t.Context(), &event.Receipt{EventID: r.EventID, Subscriber: r.Subscriber}); err != nil {
			t.Fatal(err)
		}
	}
	if n := archived(early); n != 0 {
		t.Errorf("%d archived as they were packed", n)
	}
	if n := archived(pack()); n != 1 {
		t.Errorf("%d archived as they are", n)
	}
}
