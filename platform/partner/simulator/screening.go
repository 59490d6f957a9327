package simulator

// Statuses of a check.
const (
	passed  = "passed"
	refused = "refused"
)

// newScreening returns the fraud check, which answers at once or later.
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
	CallbackURL  string `json:"callbackUrl"` // for a later answer
}

func (c check) check() error {
	var f fields
	f.wantOrder(c.OrderID)
	f.wantMoney(c.Amount, c.Currency)
	f.wantText("email", c.Email)
	f.wantURL("callbackUrl", c.CallbackURL)
	return f.err()
}

// screen checks an order. A refusal is an outcome, and is recorded.
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
