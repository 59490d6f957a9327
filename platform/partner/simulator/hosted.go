package simulator

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"acme.example/webshop/platform/fault"
)

// Voucher is what a customer pays with elsewhere.
type Voucher struct {
	Number string `json:"number"`
	URL    string `json:"url"`             // a page that shows it
	Payee  string `json:"payee,omitempty"` // of a transfer
}

// token returns the source of page tokens: cryptographic, unless Config.Source makes the partners repeatable.
func (c Config) token(d *partner) func() string {
	if !c.seeded {
		return rand.Text
	}
	return func() string { return fmt.Sprintf("%016x%016x", d.dice.Uint64(), d.dice.Uint64()) }
}

// open opens the page of a charge.
func (p payments) open(c charge, record *Record) error {
	switch {
	case p.address == "":
		return fault.New(fault.Refused, "%s has no page for customers to pay on", p.name)
	case !c.Until.After(p.now()):
		return fault.New(fault.Refused, "the customer's time to pay is over already")
	}
	record.Status, record.Until = actionRequired, p.until(c.Until).UTC().Truncate(time.Second)
	record.URL = fmt.Sprintf("%s%d-%s", p.address, p.book.last+1, p.token())
	return nil
}

// until is when the customer's time to pay ends: what the shop says, or earlier by the knob.
func (p payments) until(shop time.Time) time.Time {
	if most := p.now().Add(millis(p.knobs.PayWithin)); p.knobs.PayWithin > 0 && most.Before(shop) {
		return most
	}
	return shop
}

// ofPage returns the charge that a page's token belongs to. The caller holds the lock.
func (p payments) ofPage(token string) (Record, charge, error) {
	number, _, _ := strings.Cut(token, "-")
	sequence, err := strconv.ParseInt(number, 10, 64)
	if err != nil || sequence <= p.book.forgotten() || sequence > p.book.last {
		return Record{}, charge{}, fault.New(fault.NotFound, "there is no such payment")
	}
	r := p.book.at(sequence)
	if subtle.ConstantTimeCompare([]byte(r.URL), []byte(p.address+token)) != 1 {
		return Record{}, charge{}, fault.New(fault.NotFound, "there is no such payment")
	}
	r = p.expire(r)
	c, err := asked(r)
	return r, c, err
}

// expire marks an open charge whose time is over as expired. The caller holds the lock.
func (p payments) expire(r Record) Record {
	if r.Status != actionRequired || p.now().Before(r.Until) {
		return r
	}
	return p.turn(r, expired, "")
}

// close closes the page of a charge, which expires. A voucher may be on paper by now, and stays good. The caller holds the lock.
func (p payments) close(r Record) Record {
	if r.Status != actionRequired || r.Voucher != nil {
		return p.expire(r)
	}
	return p.turn(r, expired, "")
}

// turn changes the status of a charge, and sends a webhook. The caller holds the lock.
func (p payments) turn(r Record, status, reason string) Record {
	r.Status, r.Reason = status, reason
	p.book.change(r)
	p.tell(r, "payment.updated", status, nil)
	return r
}

// giveVoucher adds a voucher to a charge that has none. The caller holds the lock.
func (p payments) giveVoucher(r Record, c charge) Record {
	if r.Voucher != nil {
		return r
	}
	r.Voucher = &Voucher{Number: fmt.Sprintf("%014d", p.dice.Uint64N(1e14)), URL: r.URL}
	if c.Method == bankTransfer {
		r.Voucher.Payee = "SIMULATION: no bank, account 000-000-000"
	}
	p.book.change(r)
	p.tell(r, "payment.updated", "voucher", nil)
	return r
}

// tell sends a webhook about a charge, delayed or dropped by the knobs. The caller holds the lock.
func (p payments) tell(r Record, what, change string, more map[string]any) {
	c, err := asked(r)
	if err == nil && !p.chance(p.knobs.WebhookLossRate) {
		data := map[string]any{"orderId": c.OrderID, "key": r.Key}
		maps.Copy(data, more)
		say := func() []byte { return said(what, p.now(), data) }
		err = p.callbacks.start(millis(p.knobs.WebhookDelay), c.CallbackURL, "msg_"+r.Reference+"_"+change, say)
	}
	if err != nil {
		p.callbacks.log.Error("webhook not sent", "partner", p.name, "about", r.Reference, "error", err)
	}
}
