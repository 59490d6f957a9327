package limit

import (
	"fmt"
	"testing"
	"time"
)

// TestAnAddressGetsSoManyOrdersAtOnceAndInEachHour, and other addresses are not affected.
func TestAnAddressGetsSoManyOrdersAtOnceAndInEachHour(t *testing.T) {
	r := NewRecipients()
	let := 0
	for minute := range 241 {
		for range 10 {
			wait, why := r.Ask("ann@example.com", "example.com", begun.Add(time.Duration(minute)*time.Minute))
			if wait == 0 {
				let++
			} else if why != OfAddress || wait > 3*time.Minute {
				t.Fatalf("refused for %q, to wait %v", why, wait)
			}
		}
	}
	if let != 5*perAddress {
		t.Errorf("%d orders in four hours", let)
	}
	if wait, _ := r.Ask("bo@example.com", "example.com", begun.Add(4*time.Hour)); wait != 0 {
		t.Errorf("another address is to wait %v", wait)
	}
}

// TestADomainGetsMoreThanAnAddress, and a public mail provider has no bound. Refused orders are not counted.
func TestADomainGetsMoreThanAnAddress(t *testing.T) {
	r := NewRecipients()
	for i := range perDomain {
		if wait, why := r.Ask(fmt.Sprintf("a%d@example.com", i), "example.com", begun); wait != 0 {
			t.Fatalf("%d is refused: %v, %s", i, wait, why)
		}
	}
	for range 100 {
		if wait, why := r.Ask("new@example.com", "example.com", begun); wait == 0 || why != OfDomain {
			t.Fatalf("one more: %v, %s", wait, why)
		}
	}
	for i := range 2 * perDomain {
		if wait, why := r.Ask(fmt.Sprintf("a%d@gmail.com", i), "", begun); wait != 0 {
			t.Fatalf("%d is refused: %v, %s", i, wait, why)
		}
	}
	if wait, why := r.Ask("new@example.com", "example.com", begun.Add(4*time.Second)); wait != 0 {
		t.Errorf("later: %v, %s", wait, why)
	}
}

func TestRecipientsAreBounded(t *testing.T) {
	r := NewRecipients()
	r.most = 100
	for i := range 1000 {
		r.Ask(fmt.Sprintf("a%d@example.com", i), "", begun)
		if len(r.young)+len(r.old) > 200 {
			t.Fatalf("%d are remembered", len(r.young)+len(r.old))
		}
	}
}
