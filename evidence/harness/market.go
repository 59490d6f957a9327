package harness

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// lookOver is when a customer checks again whether a delivery time can be picked, at first and at last.
const lookOver, lookOverAtLast = 300 * time.Millisecond, 3 * time.Second

// market is all customers of a run.
type market struct {
	seed   uint64
	client *client
	closed chan struct{} // no new orders from then on
	done   chan struct{} // closed when all customers have what they want
	once   sync.Once
	caring sync.WaitGroup // those who still want something

	partners  *partners
	payWithin time.Duration // as Witness.PayWithin

	shoppers int           // who order at the same time
	stroll   time.Duration // the longest wait of a shopper between two orders

	mu        sync.Mutex
	rng       *rand.Rand
	purchases []*purchase
	problems  []string
	recent    []*purchase // the last accepted ones, newest last
}

func newMarket(seed uint64, public string) *market {
	return &market{
		seed: seed, client: newClient(public), closed: make(chan struct{}), done: make(chan struct{}),
		shoppers: 12, stroll: 300 * time.Millisecond, rng: rand.New(rand.NewPCG(seed, 3)),
	}
}

// open lets customers order until the market is closed, and returns when all have what they want, or the context ends.
func (m *market) open(ctx context.Context) {
	var all sync.WaitGroup
	for range m.shoppers {
		all.Go(func() { m.shop(ctx) })
	}
	all.Wait()
	m.caring.Wait()
	close(m.done)
}

func (m *market) close() { m.once.Do(func() { close(m.closed) }) }

func (m *market) shop(ctx context.Context) {
	for {
		p, stroll := m.next()
		if m.order(ctx, p); p.accepted && (p.wish != keep || m.mayNotPay(p)) {
			m.caring.Go(func() { m.care(ctx, p) })
		}
		select {
		case <-m.closed:
			return
		case <-ctx.Done():
			return
		case <-time.After(stroll):
		}
	}
}

func (m *market) next() (*purchase, time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := newPurchase(m.rng, m.seed, len(m.purchases)+1)
	if p.onPage() && m.payWithin > 0 {
		p.pays = ways[m.rng.IntN(len(ways))]
	}
	m.purchases = append(m.purchases, p)
	return p, rand.N(m.stroll)
}

func (m *market) problem(format string, args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.problems = append(m.problems, strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", ""))
}

// order sends an order, sometimes twice at once, until there is a clear answer.
func (m *market) order(ctx context.Context, p *purchase) {
	if !p.duplicate {
		m.note(p, m.createOrder(ctx, p))
		return
	}
	other := make(chan *accepted)
	go func() { other <- m.createOrder(ctx, p) }()
	first, second := m.createOrder(ctx, p), <-other
	if first != nil && second != nil && *first != *second {
		m.problem("%s: the same request was answered in two ways: %+v and %+v", p.Email, *first, *second)
	}
	m.note(p, first)
}

// accepted is an answer of createOrder; zero if the payment was declined.
type accepted struct {
	OrderID     int64  `json:"orderId"`
	TotalPrice  int64  `json:"totalPrice"`
	Amount      int64  `json:"amount"`
	Currency    string `json:"currency"`
	TrackingURL string `json:"trackingUrl"`
}

// createOrder returns nil if there is no clear answer.
func (m *market) createOrder(ctx context.Context, p *purchase) *accepted {
	a, err := m.client.insist(ctx, http.MethodPost, "/createOrder", p.key, p.draft)
	if err != nil {
		return nil
	}
	got := &accepted{}
	switch {
	case a.status == http.StatusPaymentRequired:
		return got
	case a.status != http.StatusOK:
		m.problem("%s: createOrder answered %d: %s", p.Email, a.status, a.body)
		return nil
	}
	if err := a.read(got); err != nil || got.OrderID == 0 || got.TotalPrice != p.TotalPrice || got.Amount != p.amount() || got.Currency != p.currency() {
		m.problem("%s: createOrder answered %s, the price must be %d, %d %s", p.Email, a.body, p.TotalPrice, p.amount(), p.currency())
	}
	got.TrackingURL = keyIn(got.TrackingURL)
	if p.pays == atOnce {
		m.pay(ctx, p, a)
	}
	return got
}

// note records a clear answer.
func (m *market) note(p *purchase, got *accepted) {
	if got == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p.id, p.tracking = got.OrderID, got.TrackingURL
	p.accepted, p.declined = p.id != 0, p.id == 0
	if p.accepted {
		m.recent = append(m.recent[max(0, len(m.recent)-4):], p)
	}
}

// newest returns the tracking keys of the last accepted orders.
func (m *market) newest() (keys []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.recent {
		keys = append(keys, p.tracking)
	}
	return keys
}

// count returns how many orders were acknowledged.
func (m *market) count() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.purchases {
		if p.accepted {
			n++
		}
	}
	return n
}
