package ref_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"testing"

	"acme.example/webshop/ref"
)

func TestAReferenceNamesOneOrder(t *testing.T) {
	id, err := ref.NewID(bytes.NewReader([]byte{0, 1, 2, 3, 4, 5, 6, 7}))
	if err != nil || id != "000g40r40m30" {
		t.Fatalf("NewID = %q, %v", id, err)
	}
	unique := ref.Unique("4fk29x0qmtzb", id)
	o := ref.Of(7, unique)
	if got, number, ok := ref.Parse(string(o)); !ok || got != o || number != 7 {
		t.Errorf("Parse(%q) = %q, %d, %t", o, got, number, ok)
	}
	if key := o.Key(ref.Refill); key != "refill:7-4fk29x0qmtzb-000g40r40m30" {
		t.Errorf("Key = %q", key)
	}
	if other, err := ref.NewID(rand.Reader); err != nil || other == id {
		t.Errorf("two orders have the id %q, %v", other, err)
	}
}

// TestAnOldOrderKeepsItsName: links and keys of orders without unique parts do not change.
func TestAnOldOrderKeepsItsName(t *testing.T) {
	if key := ref.Of(7, "").Key(ref.Charge); key != "charge:7" {
		t.Errorf("Key = %q", key)
	}
	if got, number, ok := ref.Parse("7"); !ok || got != "7" || number != 7 {
		t.Errorf("Parse = %q, %d, %t", got, number, ok)
	}
	if got := ref.Order("").Or(7); got != "7" {
		t.Errorf("an event without a reference is about order %q", got)
	}
	if got := ref.Order("7-x").Or(7); got != "7-x" {
		t.Errorf("an event's reference became %q", got)
	}
}

func TestWhatIsNoReference(t *testing.T) {
	for _, text := range []string{
		"", "0", "07", "-7", "7-", "7-4fk29x0qmtzb", "7-4fk29x0qmtzb-", "7-4FK29X0QMTZB-000g40r40m30", "99999999999",
		"7-4fk29x0qmtzb-000g40r40m30 ", "7-4fk29x0qmtzb-000g40r40m30-1", "7.1", "7\n",
	} {
		if o, _, ok := ref.Parse(text); ok {
			t.Errorf("%q was read as %q", text, o)
		}
	}
}

func TestWithoutChanceThereIsNoID(t *testing.T) {
	if id, err := ref.NewID(bytes.NewReader([]byte{1})); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("NewID = %q, %v", id, err)
	}
}
