package paymentstest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"

	"acme.example/webshop/platform/fault"
)

// Bank is a stand-in for a bank that is told which transfers to expect, for the bank-transfer provider of docs/extending.md.
// It is the Fixture of its tests but for the Provider, and the adapter's http.RoundTripper. Its customers have no page, and
// nobody disputes a transfer.
type Bank struct {
	Customer
	Sender
	secrets []string // by Secret

	mu        sync.Mutex
	later     time.Duration
	drop      bool
	transfers []*transfer
	payouts   map[string]payout // by idempotency key
}

// The states of a transfer.
const (
	awaited  = "expected"
	received = "received"
	lapsed   = "lapsed"
)

// transfer is the body of POST /transfers, and with its state what the bank says of it, in answers and webhooks.
type transfer struct {
	Reference string    `json:"reference"` // what the customer writes on the transfer
	Key       string    `json:"key"`
	OrderID   int64     `json:"orderId"`
	Amount    int64     `json:"amount"` // minor units
	Currency  string    `json:"currency"`
	Until     time.Time `json:"until"`
	State     string    `json:"state"` // expected, received or lapsed

	paidOut int64
}

// payout is the body of POST /payouts: a transfer, or a part of it, is sent back.
type payout struct {
	Transfer string `json:"transfer"` // its reference
	Amount   int64  `json:"amount"`
	Currency string `json:"currency"`
}

// ServeHTTP is the bank's interface.
func (b *Bank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /transfers", answers(b.expect))
	mux.HandleFunc("GET /transfers/{reference}", answers(b.statement))
	mux.HandleFunc("POST /payouts", answers(b.payOut))
	mux.HandleFunc("GET /records", answers(b.records))
	b.mu.Lock()
	defer b.mu.Unlock()
	mux.ServeHTTP(w, r)
}

func answers(handle func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		answer, err := handle(r)
		if err != nil {
			fault.Write(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer) // the client may have gone
	}
}

func (b *Bank) expect(r *http.Request) (any, error) {
	asked := &transfer{State: awaited}
	if err := json.NewDecoder(r.Body).Decode(asked); err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "the body is not as agreed")
	}
	if known := b.find(asked.Reference); known != nil {
		same := *known
		same.State, same.paidOut = asked.State, 0
		if same != *asked {
			return nil, fault.New(fault.KeyReused, "%s is another transfer", known.Reference)
		}
		return known, nil
	}
	b.transfers = append(b.transfers, asked)
	return asked, nil
}

func (b *Bank) statement(r *http.Request) (any, error) {
	if known := b.find(r.PathValue("reference")); known != nil {
		return known, nil
	}
	return nil, fault.New(fault.NotFound, "no such transfer is expected")
}

func (b *Bank) payOut(r *http.Request) (any, error) {
	var asked payout
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "the body is not as agreed")
	}
	key, of := r.Header.Get("Idempotency-Key"), b.find(asked.Transfer)
	answer := map[string]string{"reference": "out-" + key}
	if done, again := b.payouts[key]; again && done == asked {
		return answer, nil
	} else if again {
		return nil, fault.New(fault.KeyReused, "another payout has this key")
	}
	if of == nil || of.State != received || asked.Currency != of.Currency || asked.Amount <= 0 || asked.Amount > of.Amount-of.paidOut {
		return nil, fault.New(fault.Refused, "this cannot be paid out")
	}
	of.paidOut += asked.Amount
	b.payouts[key] = asked
	return answer, nil
}

// records is what an audit reads.
func (b *Bank) records(r *http.Request) (any, error) {
	after, _ := strconv.Atoi(cmp.Or(r.FormValue("after"), "0"))
	all := []any{}
	for _, t := range b.transfers[min(max(after, 0), len(b.transfers)):] {
		status := map[string]string{awaited: "action-required", received: "succeeded", lapsed: "expired"}[t.State]
		all = append(all, map[string]any{"kind": "charge", "key": t.Key, "reference": t.Reference, "status": status, "request": t})
	}
	return map[string]any{"records": all, "next": len(b.transfers)}, nil
}

// find returns a transfer, which has lapsed if its time is over.
func (b *Bank) find(reference string) *transfer {
	i := slices.IndexFunc(b.transfers, func(t *transfer) bool { return t.Reference == reference })
	if i < 0 {
		return nil
	}
	if t := b.transfers[i]; t.State == awaited && b.now().After(t.Until) {
		t.State = lapsed
	}
	return b.transfers[i]
}

// RoundTrip is the network to the bank, which may lose an answer.
func (b *Bank) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.drop {
		b.drop = false
		return nil, io.ErrUnexpectedEOF
	}
	return w.Result(), nil
}

// Transfer is the customer's: it arrives at the bank, which returns its webhook.
func (b *Bank) Transfer(reference string) (header http.Header, body []byte, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.find(reference)
	if t == nil || t.State != awaited {
		return nil, nil, fmt.Errorf("no transfer %q is expected", reference)
	}
	t.State = received
	if body, err = json.Marshal(t); err == nil {
		header, err = b.Sign(Current, time.Now(), body)
	}
	return header, body, err
}
