package limit

import (
	"hash/maphash"
	"sync"
	"time"
)

// Why an order is refused by Recipients.
const (
	OfAddress = "address"
	OfDomain  = "domain"
)

const (
	// perAddress is how many orders strangers may make for one mail address at once, and per hour; each sends a few
	// mails. It is more than anyone orders, and too few to flood anyone.
	perAddress = 20
	// perDomain is the same for all addresses of one organization, for a company where everyone orders.
	perDomain = 1000
	// maxRecipients bounds the records: some 40 bytes each, 16 MB in total.
	maxRecipients = 200_000
)

// Recipients bounds the mails that strangers can cause: it counts orders per mail address, and per organization of its
// mail server. It is safe for concurrent use.
//
// Each record is the time when all orders so far would have come at the allowed rate. After that the record makes no
// difference, and is dropped. When there are too many, the older half is dropped earlier.
type Recipients struct {
	mu         sync.Mutex
	seed       maphash.Seed
	most       int              // records in each half
	young, old map[uint64]int64 // nanoseconds since 1970
}

// NewRecipients returns an empty count.
func NewRecipients() *Recipients {
	return &Recipients{seed: maphash.MakeSeed(), most: maxRecipients, young: map[uint64]int64{}}
}

// Ask counts an order for a mail address of an organization; an organization "" has no bound. It returns 0 if the order
// is allowed; otherwise why not and how long to wait, and the order is not counted.
func (r *Recipients) Ask(address, organization string, now time.Time) (wait time.Duration, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ofAddress, ofDomain := maphash.String(r.seed, "address "+address), maphash.String(r.seed, "domain "+organization)
	if wait := r.wait(ofAddress, perAddress, now); wait > 0 {
		return wait, OfAddress
	}
	if organization == "" {
		r.count(ofAddress, perAddress, now)
		return 0, ""
	}
	if wait := r.wait(ofDomain, perDomain, now); wait > 0 {
		return wait, OfDomain
	}
	r.count(ofAddress, perAddress, now)
	r.count(ofDomain, perDomain, now)
	return 0, ""
}

// until returns when all orders so far would have come at the allowed rate.
func (r *Recipients) until(who uint64, now time.Time) time.Time {
	nanos, known := r.young[who]
	if !known {
		nanos = r.old[who]
	}
	if until := time.Unix(0, nanos); until.After(now) {
		return until
	}
	return now
}

// wait returns how long to wait for the next order: an hour's worth may come at once.
func (r *Recipients) wait(who uint64, perHour int, now time.Time) time.Duration {
	return r.until(who, now).Add(time.Hour/time.Duration(perHour)).Sub(now) - time.Hour
}

func (r *Recipients) count(who uint64, perHour int, now time.Time) {
	if len(r.young) >= r.most {
		r.young, r.old = map[uint64]int64{}, r.young
	}
	r.young[who] = r.until(who, now).Add(time.Hour / time.Duration(perHour)).UnixNano()
}
