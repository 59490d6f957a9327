package statement

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// named gives receipts their IDs.
type named struct {
	faults   *faults
	receipts []Receipt
	byID     map[string]Receipt
	alike    map[string]int // how many without an ID of their own have the same content
}

func newNamed(f *faults) *named {
	return &named{faults: f, byID: map[string]Receipt{}, alike: map[string]int{}}
}

// noReference has what banks write in place of a reference.
var noReference = map[string]bool{"NONREF": true, "NOTPROVIDED": true, "NOT PROVIDED": true}

// within names a movement among those of all accounts by the bank's own name for it; "" if the bank gave it none.
func within(account, id string) string {
	if id == "" || noReference[strings.ToUpper(id)] {
		return ""
	}
	return strings.TrimSpace(account + " " + id)
}

// add keeps a receipt under the bank's own ID, or, if that is "", under one made of its content. A file that has the same
// ID twice says the same twice, and one is kept; if it says two things, neither can be trusted.
func (n *named) add(field, id string, r Receipt) {
	if r.ID = id; id == "" {
		r.ID = n.hash(r)
	} else if before, twice := n.byID[id]; twice {
		if r.sameAs(before) {
			return
		}
		n.faults.add(field, fmt.Errorf("%q names two entries that differ: %s and %s", short(id), before.Amount, r.Amount))
		return
	}
	n.byID[r.ID] = r
	n.receipts = append(n.receipts, r)
}

func (r Receipt) sameAs(other Receipt) bool {
	r.ID, other.ID = "", ""
	return r == other
}

// hash is an ID of a receipt's content, and of how many like it came before: two equal payments of a day are two.
func (n *named) hash(r Receipt) string {
	content := fmt.Sprintf("%q %s %d %s %q %q", r.Account, day(r.BookingDate), r.Amount.Minor, r.Amount.Currency, r.Reference, r.Counterparty)
	n.alike[content]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", content, n.alike[content]))
	return "sha256:" + hex.EncodeToString(sum[:16])
}
