package ops

import (
	_ "embed"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"

	"acme.example/webshop/database"
	"acme.example/webshop/event"
	"acme.example/webshop/fault"
	"acme.example/webshop/order"
)

//go:embed order.html
var orderPage string

// OrderPage is what the operator sees of an order, and what alerts link to: its status and how far each subscriber got
// with its events, without the customer's data. Its path ends in the order's number, "{id}".
func OrderPage(store database.Services, log *slog.Logger) (http.Handler, error) {
	page, err := template.New("order").Parse(orderPage)
	if err != nil {
		return nil, err
	}
	return shown(page, log, func(r *http.Request) (any, error) {
		id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
		if err != nil {
			return nil, fault.New(fault.NotFound, "there is no such order")
		}
		return lookAtOrder(r, store, id)
	}), nil
}

type orderView struct {
	Order    order.Order
	Events   []event.Envelope
	Receipts map[string][]database.ReceiptState // by event
}

func lookAtOrder(r *http.Request, store database.Services, id int64) (view orderView, err error) {
	if view.Order, err = store.Order(r.Context(), id); err != nil {
		return view, err
	}
	if view.Events, err = store.History(r.Context(), id); err != nil {
		return view, err
	}
	receipts, err := store.ReceiptsOf(r.Context(), id)
	view.Receipts = map[string][]database.ReceiptState{}
	for _, receipt := range receipts {
		view.Receipts[receipt.EventID] = append(view.Receipts[receipt.EventID], receipt)
	}
	return view, err
}
