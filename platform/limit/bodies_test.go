package limit

import (
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/platform/fault"
)

// TestBodiesAreBoundedInBytes, in total and per client; finished ones are released.
func TestBodiesAreBoundedInBytes(t *testing.T) {
	var refused []string
	b := &Bodies{Most: 100, PerClient: 40, Refused: func(why string) { refused = append(refused, why) }}
	read := func(peer string, bytes int) (done func(), err error) {
		r := from(peer)
		r.Body = io.NopCloser(strings.NewReader(strings.Repeat("x", bytes)))
		body, done := b.Of(r)
		_, err = io.ReadAll(body)
		return done, err
	}
	first, err := read("203.0.113.1:1", 40)
	if err != nil {
		t.Fatal(err)
	}
	over, err := read("203.0.113.1:2", 1)
	if fault.CodeOf(err) != fault.TooMany {
		t.Errorf("over the client's: %v", err)
	}
	over()
	machine, err := read("127.0.0.1:1", 60) // this machine has no bound of its own
	if err != nil {
		t.Fatal(err)
	}
	full, err := read("203.0.113.2:1", 1)
	if fault.CodeOf(err) != fault.Unavailable || !slices.Equal(refused, []string{OfClient, OfAll}) {
		t.Errorf("over all: %v, %v", err, refused)
	}
	full()
	first()
	machine()
	if b.Bytes() != 0 || len(b.of) != 0 {
		t.Errorf("%d bytes are left, of %d clients", b.Bytes(), len(b.of))
	}
	if _, err := read("203.0.113.2:1", 40); err != nil || b.of[netip.MustParsePrefix("203.0.113.2/32")] != 40 {
		t.Errorf("afterwards: %v", err)
	}
}
