package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/stock"
)

// taking creates an order that waits for its payment and takes pieces of products, each of which begins with so many.
func (f *fixture) taking(begins int64, pieces ...order.Pieces) (order.Order, order.IdempotencyKey, error) {
	o := f.draft()
	o.Status, o.Terms.Reserved = order.PaymentPending, pieces
	var key order.IdempotencyKey
	for _, p := range pieces {
		key.Stock = append(key.Stock, order.Stock{SKU: p.SKU, Received: begins})
	}
	stored, _, err := f.CreateOrder(ctx, o, key)
	return stored, key, err
}

// count returns the count of a product; zero if it has not begun.
func (f *fixture) count(sku string) order.Stock {
	f.Helper()
	all, err := f.Stock(ctx)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range all {
		if s.SKU == sku {
			return s
		}
	}
	return order.Stock{}
}

func (f *fixture) wantCount(sku string, received, taken int64) {
	f.Helper()
	if got := f.count(sku); got.Received != received || got.Taken != taken {
		f.Errorf("%d pieces of %s received, %d taken; want %d and %d", got.Received, sku, got.Taken, received, taken)
	}
}

// piecesAreNeverSoldTwice: 64 buyers at once of the last 20 pieces, some of whom do not pay, and of a second product.
func piecesAreNeverSoldTwice(t *testing.T, f *fixture) {
	const buyers, pieces = 64, 20
	var group sync.WaitGroup
	var kept, refused atomic.Int64
	for n := range buyers {
		group.Go(func() {
			o, _, err := f.taking(pieces, order.Pieces{SKU: "FEW", Quantity: 1}, order.Pieces{SKU: "MANY", Quantity: 2})
			switch {
			case err != nil:
				f.wantCode(err, fault.SoldOut)
				refused.Add(1)
			case n%4 == 0:
				f.move(o.ID, order.PaymentDeclined)
			default:
				kept.Add(1)
			}
		})
	}
	group.Wait()
	if kept.Load() > pieces/2 {
		t.Errorf("%d orders have two of %d pieces each", kept.Load(), pieces)
	}
	f.wantCount("FEW", pieces, kept.Load())
	f.wantCount("MANY", pieces, 2*kept.Load())
	for n := kept.Load(); n < pieces/2; n++ { // what came back can be sold
		if _, _, err := f.taking(pieces, order.Pieces{SKU: "FEW", Quantity: 1}, order.Pieces{SKU: "MANY", Quantity: 2}); err != nil {
			t.Errorf("order %d: %v", n, err)
		}
	}
	_, _, err := f.taking(pieces, order.Pieces{SKU: "FEW", Quantity: 1}, order.Pieces{SKU: "MANY", Quantity: 1})
	f.wantCode(err, fault.SoldOut)
	f.wantCount("FEW", pieces, pieces/2)
}

func piecesComeBackOnce(t *testing.T, f *fixture) {
	one := order.Pieces{SKU: "LB001", Quantity: 3}
	moves := func(o order.Order, to ...order.Status) error { // the second time, they are refused
		for _, status := range to {
			_, _ = f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: status})
		}
		return nil
	}
	for name, back := range map[string]func(o order.Order, key order.IdempotencyKey) error{
		"declined": func(o order.Order, _ order.IdempotencyKey) error { return moves(o, order.PaymentDeclined) },
		"cancelled": func(o order.Order, _ order.IdempotencyKey) error {
			return moves(o, order.Created, order.Cancelled)
		},
		"refused by the stockist": func(o order.Order, _ order.IdempotencyKey) error {
			return errors.Join(moves(o, order.Created, order.Placed), f.RefuseStock(ctx, o.ID))
		},
		"paid too late": func(o order.Order, _ order.IdempotencyKey) error {
			_ = moves(o, order.PaymentDeclined)
			_, err := f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: order.Cancelled, Reason: order.PaidTooLate, PaymentReference: "p"})
			return err
		},
		"payment failed": func(o order.Order, _ order.IdempotencyKey) error {
			_, err := f.RecordPayment(ctx, order.Settlement{OrderID: o.ID, Number: 1, Outcome: payments.Outcome{State: payments.Failed}})
			return err
		},
		"dropped": func(o order.Order, key order.IdempotencyKey) error { return f.DropOrder(ctx, o.ID, key) },
	} {
		o, key, err := f.taking(5, one)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		f.wantCount("LB001", 5, 3)
		if err := back(o, key); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		f.wantCount("LB001", 5, 0)
		_ = back(o, key) // once more: whatever it answers, nothing more comes back
		f.wantCount("LB001", 5, 0)
	}
}

func aRepeatTakesNoPieces(t *testing.T, f *fixture) {
	o := f.draft()
	o.Terms.Reserved = []order.Pieces{{SKU: "LB001", Quantity: 2}}
	key := order.IdempotencyKey{Key: "key:1", Fingerprint: "a", ValidFor: time.Hour, Stock: []order.Stock{{SKU: "LB001", Received: 3}}}
	for _, wantFresh := range []bool{true, false} {
		if _, fresh, err := f.CreateOrder(ctx, o, key); err != nil || fresh != wantFresh {
			t.Fatal(fresh, err)
		}
	}
	f.wantCount("LB001", 3, 2)
	key.Key = "key:2"
	_, _, err := f.CreateOrder(ctx, o, key)
	f.wantCode(err, fault.SoldOut)
	f.wantCount("LB001", 3, 2)
}

func aCountIsChanged(t *testing.T, f *fixture) {
	change := func(pieces, received int64, want fault.Code) {
		t.Helper()
		_, err := f.ChangeStock(ctx, stock.Change{SKU: "LB001", Pieces: pieces, Received: received, Start: 5})
		f.wantCode(err, want)
	}
	change(10, 0, fault.Conflict) // it begins with 5
	change(10, 5, "")
	change(10, 5, fault.Conflict) // sent again
	f.wantCount("LB001", 15, 0)
	if _, _, err := f.taking(1, order.Pieces{SKU: "LB001", Quantity: 12}); err != nil { // what it would begin with by now does not matter
		t.Fatal(err)
	}
	change(-4, 15, fault.Invalid)
	change(-3, 15, "")
	f.wantCount("LB001", 12, 12)
	change(0, 12, fault.Invalid)
	change(stock.MaxCount, 12, fault.Invalid)
}

// anyLivesKeepTheCount: what living orders have taken and what is left are together what was received, whatever happens.
func anyLivesKeepTheCount(t *testing.T, f *fixture) {
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		sku := fmt.Sprintf("SKU%d", run)
		var orders []order.Order
		received := rapid.Int64Range(0, 10).Draw(t, "start")
		start := received
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				o, _, err := f.taking(start, order.Pieces{SKU: sku, Quantity: rapid.Int64Range(1, 4).Draw(t, "pieces")})
				if err == nil {
					orders = append(orders, o)
				}
			case 1:
				pieces := rapid.Int64Range(-5, 5).Draw(t, "change")
				if _, err := f.ChangeStock(ctx, stock.Change{SKU: sku, Pieces: pieces, Received: received, Start: start}); err == nil {
					received += pieces
				}
			default:
				if len(orders) > 0 {
					o := rapid.SampledFrom(orders).Draw(t, "order")
					to := rapid.SampledFrom(order.Statuses).Draw(t, "to")
					_, _ = f.MoveOrder(ctx, order.Move{OrderID: o.ID, To: to, Event: true}) // refused moves change nothing either
				}
			}
			var living int64
			for _, o := range orders {
				if now := f.order(o.ID); now.Status != order.PaymentDeclined && now.Status != order.Cancelled {
					living += o.Terms.Reserved[0].Quantity
				}
			}
			if got := f.count(sku); got != (order.Stock{}) && (got.Taken != living || got.Received != received || got.Left() < 0) {
				t.Fatalf("%+v, and living orders have taken %d of %d", got, living, received)
			}
		}
	})
}
