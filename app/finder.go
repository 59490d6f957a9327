package app

import (
	"context"
	"hash/maphash"
	"log/slog"
	"sync"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
	"acme.example/webshop/surfaces/ops"
)

const (
	// findEvery is how often links are mailed to one address.
	findEvery = 5 * time.Minute
	// mostFound bounds the orders whose links are mailed at once.
	mostFound = 3
	// mostSought bounds the addresses that wait, and mostAsked those that are remembered: 16 bytes each.
	mostSought = 200
	mostAsked  = 100_000
	// findWithin bounds the work for one address.
	findWithin = time.Minute
)

// finder mails customers the links to their orders again. It works in the background, one address after the other, so that how
// long an answer takes says nothing about an address.
type finder struct {
	orders func(ctx context.Context, address string, limit int) ([]order.Order, error)
	desk   ops.Support
	now    func() time.Time
	log    *slog.Logger
	sought chan sought

	mu    sync.Mutex
	seed  maphash.Seed
	asked map[uint64]time.Time // when each address was asked for, by its hash
}

// sought is what a customer looks for: an order, or with number 0 the last ones.
type sought struct {
	address string
	number  int64
}

func (s *system) newFinder() *finder {
	return &finder{
		orders: s.store.OrdersOf, desk: s.support(), now: s.now, log: s.log,
		sought: make(chan sought, mostSought), seed: maphash.MakeSeed(), asked: map[uint64]time.Time{},
	}
}

// find has links mailed, unless that was done for this address a short time ago.
func (f *finder) find(_ context.Context, address string, number int64) error {
	if !f.first(address) {
		return nil
	}
	select {
	case f.sought <- sought{address, number}:
		return nil
	default:
		f.forget(address)
		return fault.New(fault.Unavailable, "very many orders are being looked for; please try again in a while")
	}
}

// first reports whether no one has asked for an address for a while, and remembers that someone has.
func (f *finder) first(address string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, now := f.keyOf(address), f.now()
	if at, known := f.asked[key]; known && now.Sub(at) < findEvery {
		return false
	}
	if len(f.asked) >= mostAsked {
		clear(f.asked)
	}
	f.asked[key] = now
	return true
}

// forget lets an address be asked for again at once: nothing was mailed to it.
func (f *finder) forget(address string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.asked, f.keyOf(address))
}

// keyOf is under what an address is remembered.
func (f *finder) keyOf(address string) uint64 {
	return maphash.String(f.seed, mailaddr.Canonical(address))
}

// run mails links until the context ends.
func (f *finder) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-f.sought:
			if err := f.mail(ctx, w); err != nil {
				f.forget(w.address)
				f.log.WarnContext(ctx, "find my order: links not mailed; the customer may ask again", "error", err)
			}
		}
	}
}

// mail sends the latest mail of each order again.
func (f *finder) mail(ctx context.Context, w sought) error {
	ctx, cancel := context.WithTimeout(ops.WithWho(ctx, ""), findWithin) // no operator has them sent
	defer cancel()
	found, err := f.orders(ctx, w.address, database.MaxFound)
	if err != nil {
		return err
	}
	sent := 0
	for _, o := range found {
		if sent == mostFound || w.number != 0 && o.ID != w.number {
			continue
		}
		if _, _, err := f.desk.SendLatest(ctx, o); err != nil {
			return err
		}
		sent++
	}
	return nil
}
