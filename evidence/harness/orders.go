package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// stored is an order in the shop's database.
type stored struct {
	OrderID          int64
	CustomerEmail    string
	OrderedProducts  string
	TotalPrice       int64
	Amount           int64
	Currency         string
	Status           string
	TestID           int64
	DeliveryTime     string
	CancelReason     string
	PaymentReference string
	RefundReference  string
	Ledger           []struct {
		Kind, Currency string
		Amount         int64
	}
	History []struct {
		ID, Type string
		Receipts []receipt
	}
}

type receipt struct {
	Subscriber, State, LastError string
	Attempts                     int
}

const query = `query($id: Int) { getOrder(id: $id) { orderId customerEmail orderedProducts totalPrice amount currency status testId deliveryTime
	cancelReason paymentReference refundReference ledger { kind amount currency }
	history { id type receipts { subscriber state attempts lastError } } } }`

// had reports whether the order has an event of a type.
func (o *stored) had(event string) bool {
	for _, e := range o.History {
		if e.Type == event {
			return true
		}
	}
	return false
}

// entry returns the amount of the order's ledger entry of a kind, or 0.
func (o *stored) entry(kind string) int64 {
	for _, e := range o.Ledger {
		if e.Kind == kind {
			return e.Amount
		}
	}
	return 0
}

// entries returns the sum of the order's ledger entries of a kind, with those of its numbered parts.
func (o *stored) entries(kind string) (sum int64) {
	for _, e := range o.Ledger {
		if name, _, parted := strings.Cut(e.Kind, "."); e.Kind == kind || parted && name == strings.TrimSuffix(kind, ".") {
			sum += e.Amount
		}
	}
	return sum
}

// unrest says what is still pending for an order, or "".
func (o *stored) unrest() string {
	for _, e := range o.History {
		for _, r := range e.Receipts {
			if r.State != "done" {
				return fmt.Sprintf("%s is %s after %d failed tries: %s", r.Subscriber, r.State, r.Attempts, r.LastError)
			}
		}
	}
	switch o.Status {
	case "PAYMENT_PENDING", "CREATED", "IN_REVIEW", "PLACED":
		return "it is still " + o.Status
	}
	return ""
}

// parked lists the dead letters of an order, as event and subscriber.
func (o *stored) parked() (all [][2]string) {
	for _, e := range o.History {
		for _, r := range e.Receipts {
			if r.State == "parked" {
				all = append(all, [2]string{e.ID, r.Subscriber})
			}
		}
	}
	return all
}

// fetch returns an order, or nil if there is none with this number.
func (w *Witness) fetch(ctx context.Context, id int64) (*stored, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]int64{"id": id}})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.Private+"/database", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	w.asOperator(req)
	res, err := w.market.client.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	var got struct {
		Data   struct{ GetOrder *stored }
		Errors []struct{ Message string }
	}
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		return nil, err
	}
	if len(got.Errors) > 0 || got.Data.GetOrder == nil {
		return nil, fmt.Errorf("order %d: %v", id, got.Errors)
	}
	if got.Data.GetOrder.OrderID == 0 {
		return nil, nil // an unknown order is an object of nulls
	}
	return got.Data.GetOrder, nil
}

const readers = 8

// fetchAll returns the existing orders with these numbers.
func (w *Witness) fetchAll(ctx context.Context, ids []int64) (map[int64]*stored, error) {
	var mu sync.Mutex
	var failure error
	var group sync.WaitGroup
	found, next := map[int64]*stored{}, make(chan int64, len(ids))
	for _, id := range ids {
		next <- id
	}
	close(next)
	for range readers {
		group.Go(func() {
			for id := range next {
				o, err := w.fetch(ctx, id)
				mu.Lock()
				if err != nil {
					failure = err
				} else if o != nil {
					found[id] = o
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return found, failure
}

// page is how many numbers without an order end the search for orders.
const page = 200

// everything returns all orders of the shop, also those that no client knows. It does not try every number that was
// skipped when the database was moved, but continues shortly before the next order that a client knows.
func (w *Witness) everything(ctx context.Context) (map[int64]*stored, error) {
	all := map[int64]*stored{}
	for first := int64(1); ; first += page {
		ids := make([]int64, page)
		for i := range ids {
			ids[i] = first + int64(i)
		}
		found, err := w.fetchAll(ctx, ids)
		if err != nil {
			return all, err
		}
		if len(found) == 0 {
			known := w.market.lowestFrom(first)
			if known == 0 {
				return all, nil
			}
			first = max(first, known-2*page)
		}
		for id, o := range found {
			all[id] = o
		}
	}
}
