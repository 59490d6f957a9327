package audit

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// recordsAsked is how many records are requested at once.
const recordsAsked = 100

// record is something that a partner did.
type record struct {
	kind, key, reference, status, currency, content string
	orderID, amount                                 int64
	after                                           int64   // after which record its page was read
	before                                          bool    // read before the snapshot
	seen                                            bool    // its order was found
	more                                            *record // of the same kind and order: one too many

	atStripe // of a provider that has its account there
}

type recordKey struct {
	kind    string
	orderID int64
}

// place is the address of a partner's records, and what it has returned.
type place struct {
	name, url string
	token     string    // for the address; "" is none
	next      int64     // after which record to read on
	since     time.Time // earlier records may be missing
	records   map[recordKey]*record

	mayChange   bool  // whether a record may have changed since it was read
	changesFrom int64 // after which record it is read again

	stripe *stripeAccount // nil: it tells its records at url
}

func newPlace(name, url string) *place {
	return &place{name: name, url: strings.TrimSuffix(url, "/"), records: map[recordKey]*record{}}
}

// of returns the records of a kind for an order, and marks them as seen.
func (p *place) of(kind string, id int64) (found []*record) {
	for r := p.records[recordKey{kind, id}]; r != nil; r = r.more {
		r.seen = true
		found = append(found, r)
	}
	return found
}

// covers reports whether what was done at a time or later must be among the records.
func (p *place) covers(ms int64) bool { return p.since.IsZero() || ms >= p.since.UnixMilli() }

func (p *place) add(r *record) {
	k := recordKey{r.kind, r.orderID}
	r.more = p.records[k]
	p.records[k] = r
}

// readRecords reads on at every place. Records read before the snapshot are marked.
func (a *auditor) readRecords(ctx context.Context, before bool) error {
	var group errgroup.Group
	for _, p := range a.places {
		group.Go(func() error {
			if before {
				p.anew()
			}
			if err := p.read(ctx, a.web, a.id, before); err != nil {
				return fmt.Errorf("audit: records of %s: %w", p.name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// anew marks all known records as older than the coming snapshot.
func (p *place) anew() {
	for _, r := range p.records {
		for ; r != nil; r = r.more {
			r.before, r.seen, r.counted = true, false, false
		}
	}
	if p.stripe != nil {
		p.stripe.anew()
	}
}

// page is a page of a partner's records.
type page struct {
	Records []struct {
		At                           time.Time
		Kind, Key, Reference, Status string
		Request                      request
	}
	Next, Forgotten int64
	Since           time.Time // a real partner may not have it
}

func (p *place) read(ctx context.Context, w *web, installation string, before bool) error {
	if p.stripe != nil {
		return p.readStripe(ctx, installation, before)
	}
	known := p.rewind()
	for {
		var got page
		url := fmt.Sprintf("%s/records?after=%d&limit=%d", p.url, p.next, recordsAsked)
		if there, err := w.getAs(ctx, url, p.token, &got); err != nil || !there {
			if err == nil {
				err = fmt.Errorf("there is nothing at %s", url)
			}
			return err
		}
		if got.Since.After(p.since) {
			p.since = got.Since
		}
		if len(got.Records) == 0 {
			return nil
		}
		if got.Forgotten > 0 && got.Since.IsZero() && p.next == 0 {
			p.since = got.Records[0].At
		}
		for _, r := range got.Records {
			if foreign(r.Key, installation) {
				continue
			}
			one := r.Request.record(r.Kind, &record{key: r.Key, reference: r.Reference, status: r.Status, before: before || known[r.Key], after: p.next})
			p.noteChanging(one)
			p.add(one)
		}
		if got.Next <= p.next {
			return fmt.Errorf("%s does not get on after record %d", p.url, p.next)
		}
		p.next = got.Next
	}
}

// request is the body of a request to a partner, of any kind.
type request struct {
	OrderID                                         int64
	Amount                                          int64
	Currency, Kind, ChargeKey                       string
	SKUs                                            []string
	Time                                            *time.Time
	Market, Name, Email, Phone, Street, City, Other string
	CalledOff                                       bool
	whereabouts
}

// record fills in what a request says about its order.
func (q request) record(kind string, r *record) *record {
	r.kind, r.orderID, r.amount, r.currency = kind, q.OrderID, q.Amount, q.Currency
	switch kind {
	case "entry":
		r.kind = q.Kind
	case "refund":
		r.content = q.ChargeKey
		r.orderID = numberIn(q.ChargeKey)
	case "refill":
		r.content = strings.Join(q.SKUs, ",")
	case "consignment", "change":
		if q.CalledOff {
			r.content = calledOff
		} else if q.Time != nil {
			r.content = consignment(q.Time.UnixMilli(), q.whereabouts, q.Market, q.Name, q.Email, q.Phone, q.Street, q.City)
		}
	}
	return r
}

// foreign reports whether a key belongs to another installation that uses the same partner. A key from before keys named
// one counts as this one's.
func foreign(key, installation string) bool {
	_, name, _ := strings.Cut(key, ":")
	parts := strings.Split(name, "-")
	return len(parts) == 3 && parts[1] != installation
}

// numberIn returns the order's number in a key such as charge:17-4fk29x0qmtzb-9c1d5n0tz6ce; 0 if there is none.
func numberIn(key string) int64 {
	_, name, _ := strings.Cut(key, ":")
	number, _, _ := strings.Cut(name, "-")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// calledOff is what the delivery company gets when nothing is to be delivered.
const calledOff = "called off"

// consignment formats what the delivery company gets, for comparison.
func consignment(at int64, where whereabouts, texts ...string) string {
	if where != (whereabouts{}) {
		texts = append(texts, fmt.Sprintf("%+v", where))
	}
	return strings.Join(slices.Insert(texts, 0, moment(at)), " | ")
}
