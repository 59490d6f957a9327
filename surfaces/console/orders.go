package console

import (
	"net/http"
	"strconv"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// perPage is the number of orders on a page of a search.
const perPage = 50

// orderView is an order in a list.
type orderView struct {
	OrderID      int64        `json:"orderId"`
	Status       order.Status `json:"status"`
	StatusAt     time.Time    `json:"statusAt"`
	CreatedAt    time.Time    `json:"createdAt"`
	Name         string       `json:"name"`
	Email        string       `json:"email"`
	Market       string       `json:"market"`
	CustomerType string       `json:"customerType"`
	Total        int64        `json:"total"` // minor units
	Currency     string       `json:"currency"`
	TestID       int64        `json:"testId,omitempty"`
}

func viewOf(o order.Order) orderView {
	return orderView{
		OrderID: o.ID, Status: o.Status, StatusAt: o.StatusAt, CreatedAt: o.CreatedAt, Name: o.Customer.Name, Email: o.Customer.Email, Market: o.Market, CustomerType: o.CustomerType,
		Total: o.Total.Minor, Currency: string(o.Total.Currency), TestID: o.TestID,
	}
}

// search finds orders (database.TypedQuery).
func (c *Console) search(r *http.Request) (any, error) {
	in := r.URL.Query()
	text := in.Get("q")
	if len(text) > 254 {
		return nil, fault.InvalidField("q", "must have at most 254 characters")
	}
	query := database.TypedQuery(text, in.Get("tests"))
	query.Status, query.Market, query.Limit = order.Status(in.Get("status")), in.Get("market"), perPage
	var err error
	if below := in.Get("below"); below != "" {
		if query.Below, err = strconv.ParseInt(below, 10, 64); err != nil {
			return nil, fault.InvalidField("below", "must be the number of an order")
		}
	}
	found, err := c.Store.Search(r.Context(), query)
	views := []orderView{}
	for _, o := range found.Orders {
		views = append(views, viewOf(o))
	}
	return map[string]any{"orders": views, "next": found.Next}, err
}

// pendingView is a pending receipt.
type pendingView struct {
	OrderID   int64     `json:"orderId"`
	EventID   string    `json:"eventId"`
	Since     time.Time `json:"since"`
	Attempts  int       `json:"attempts"`
	NextTry   time.Time `json:"nextTry"`
	LastError string    `json:"lastError,omitempty"`
}

func (c *Console) inWork(r *http.Request) (any, error) {
	pending, err := c.Store.InWork(r.Context(), r.URL.Query().Get("subscriber"), 200)
	views := []pendingView{}
	for _, p := range pending {
		views = append(views, pendingView(p))
	}
	return map[string]any{"pending": views}, err
}
