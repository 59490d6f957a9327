package simulator

// Statuses of a check: nothing speaks against the order, or something does.
const (
	passed  = "passed"
	refused = "refused"
)

// newScreening makes who checks orders for fraud: at once, or later.
func newScreening(d *partner, c *callbacks) *partner {
	d.has, d.callbacks = append(d.has, knobDeclineRate, knobRefuseRate, knobAnswerLater), c
	serve(d, "/checks", "check", d.screen)
	return d
}

type check struct {
	OrderID      int64  `json:"orderId"`
	Amount       int64  `json:"amount"` // minor units
	Currency     string `json:"currency"`
	Market       string `json:"market"`
	CustomerType string `json:"customerType"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	CallbackURL  string `json:"callbackUrl"` // where to answer later
}

func (c check) check() error {
	var f fields
	f.wantOrder(c.OrderID)
	f.wantMoney(c.Amount, c.Currency)
	f.wantText("email", c.Email)
	f.wantURL("callbackUrl", c.CallbackURL)
	return f.err()
}

// screen checks an order. That it is refused is an outcome, and is remembered.
func (d *partner) screen(c check, record *Record) error {
	if err := d.mayRefuse(); err != nil {
		return err
	}
	outcome := passed
	if d.chance(d.knobs.DeclineRate) {
		outcome = refused
		d.counters.Refused++
	}
	return d.maybeLater(record, outcome, c.CallbackURL, "check."+outcome, c.OrderID)
}
