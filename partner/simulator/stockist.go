package simulator

import "slices"

// Statuses of a refill: produced, or to be produced.
const (
	ready = "ready"
	later = "later"
)

// stockist produces the plants: at once, or later.
type stockist struct {
	*desk
	callbacks *callbacks
}

func newStockist(d *desk, c *callbacks) *desk {
	d.has = append(d.has, knobRefuseRate, knobAnswerLater)
	serve(d, "/refills", "refill", stockist{d, c}.refill)
	return d
}

type refill struct {
	OrderID     int64    `json:"orderId"`
	SKUs        []string `json:"skus"`        // one for each piece
	CallbackURL string   `json:"callbackUrl"` // where to answer later
}

func (r refill) check() error {
	var f fields
	f.wantOrder(r.OrderID)
	f.want(len(r.SKUs) > 0 && !slices.Contains(r.SKUs, ""), "skus", "must hold at least one SKU, and no empty one")
	f.wantURL("callbackUrl", r.CallbackURL)
	return f.err()
}

// refill produces the pieces. When the stockist answers later, the refill is ready from the time of its callback on,
// whether or not the callback comes through: so a shop that never got it can ask again.
func (s stockist) refill(r refill, record *Record) error {
	if err := s.mayRefuse(); err != nil {
		return err
	}
	record.Status = ready
	if s.knobs.AnswerLater == 0 {
		return nil
	}
	record.Status = later
	return s.callbacks.start(millis(s.knobs.AnswerLater), r.CallbackURL, "msg_"+record.Reference, func() ([]byte, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		record.Status = ready
		return stockCreated(r.OrderID, s.now())
	})
}
