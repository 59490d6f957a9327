package database

import (
	"context"
	"time"

	"acme.example/webshop/order"
)

// Imports imports orders of another system (order.Imported) when a shop moves in. Their events reach no subscriber,
// nothing is entered in the ledger, and no code, key or cap counts them.
type Imports interface {
	// LeaveNumbers makes the numbers of new orders higher than highest.
	LeaveNumbers(ctx context.Context, highest int64) error
	// Import stores orders with their numbers in one transaction, and returns the result of each, in the same order. A
	// new order is stored with its event (order.Order.ImportEvent); for one imported before, Order.Import decides. A real
	// order with a delivery time counts in its slot, however full that is. There are at most ImportBatch.
	Import(ctx context.Context, rows []order.Order) ([]Import, error)
	// TryImport returns what Import would, and changes nothing.
	TryImport(ctx context.Context, rows []order.Order) ([]Import, error)
}

// ImportBatch bounds how many orders one transaction imports, while other writes wait.
const ImportBatch = 1000

// MadeHere is the SQL condition that an order was not imported. Its terms are JSON, where quotes inside texts are
// escaped.
const MadeHere = `terms NOT LIKE '%"imported":{%'`

// Import is the result of a row.
type Import struct {
	OrderID int64
	Result  ImportResult
	Why     string // of a conflict or a skipped order
}

// ImportResult is a kind of result.
type ImportResult string

// The results of a row.
const (
	ImportNew       ImportResult = "new"
	ImportChanged   ImportResult = "changed"
	ImportUnchanged ImportResult = "unchanged"
	ImportConflict  ImportResult = "conflict"
)

// ImportPlan is what a transaction has to write.
type ImportPlan struct {
	Results []Import
	New     []order.Order
	Changed []ImportChange
	Slots   map[ImportSlot]int // changes of their counts
}

// ImportChange is an order that an import changes.
type ImportChange struct{ Before, After order.Order }

// ImportSlot is a delivery slot of a market.
type ImportSlot struct {
	Market string
	Start  int64 // milliseconds since 1970
}

// PlanImport decides about rows, given the stored orders with their numbers, and the numbers of deleted test orders.
func PlanImport(rows []order.Order, here map[int64]order.Order, deleted map[int64]bool, now time.Time) *ImportPlan {
	p := &ImportPlan{Slots: map[ImportSlot]int{}}
	for _, row := range rows {
		is, there := here[row.ID]
		switch {
		case there:
			p.again(is, row, now)
		case deleted[row.ID]:
			p.result(row, ImportUnchanged, "it was deleted here, as old test orders are")
		default:
			p.result(row, ImportNew, "")
			p.New = append(p.New, row)
			p.count(row, 1)
		}
	}
	return p
}

func (p *ImportPlan) again(is, row order.Order, now time.Time) {
	after, changed, conflict := is.Import(row, now)
	switch {
	case conflict != "":
		p.result(row, ImportConflict, conflict)
	case changed:
		p.result(row, ImportChanged, "")
		p.Changed = append(p.Changed, ImportChange{is, after})
		p.count(is, -1)
		p.count(after, 1)
	default:
		p.result(row, ImportUnchanged, "")
	}
}

func (p *ImportPlan) result(row order.Order, r ImportResult, why string) {
	p.Results = append(p.Results, Import{row.ID, r, why})
}

// count adds a real order to its slot, or removes it.
func (p *ImportPlan) count(o order.Order, by int) {
	if o.TestID != 0 || o.DeliveryTime.IsZero() {
		return
	}
	slot := ImportSlot{o.Market, o.DeliveryTime.UnixMilli()}
	if p.Slots[slot] += by; p.Slots[slot] == 0 {
		delete(p.Slots, slot)
	}
}

// Taken records that another order already has the number of an order to be stored.
func (p *ImportPlan) Taken(o order.Order) {
	for i := range p.Results {
		if p.Results[i].OrderID == o.ID {
			p.Results[i].Result, p.Results[i].Why = ImportConflict, "an order that was made here has this number"
		}
	}
	p.count(o, -1)
}
