package simulator

import (
	"net/http"

	"acme.example/webshop/platform/fault"
)

// State is a partner's state for its operator.
type State struct {
	Name      string            `json:"name"`
	Has       []string          `json:"has"` // the knobs that it has
	Knobs     Knobs             `json:"knobs"`
	Counters  Counters          `json:"counters"`
	Callbacks *CallbackCounters `json:"callbacks,omitempty"` // of partners that can answer later
}

// Knobs serves the operator: GET /partners returns the State of all partners; GET and PUT /partners/{name}/knobs read and
// replace the Knobs of one. A knob missing in a PUT is set to zero. GET /partners/{name}/records returns what one has
// recorded, a Page at a time. GET /partners/{name}/payments returns a payment provider's newest vouchers and paid payments;
// POST does an action with one of them. The delivery company has deliveries, whose actions it reports to the shop.
func (p *Partners) Knobs() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /partners", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string][]State{"partners": p.States()})
	})
	mux.HandleFunc("GET /partners/{name}/knobs", p.named((*partner).tellKnobs))
	mux.HandleFunc("PUT /partners/{name}/knobs", p.named((*partner).setKnobs))
	mux.HandleFunc("GET /partners/{name}/records", p.named((*partner).records))
	mux.HandleFunc("GET /partners/{name}/journal", p.named((*partner).tellJournal))
	mux.HandleFunc("GET /partners/{name}/payments", p.named((*partner).tellPayments))
	mux.HandleFunc("POST /partners/{name}/payments", p.named((*partner).operatePayment))
	mux.HandleFunc("GET /partners/{name}/deliveries", p.named((*partner).tellDeliveries))
	mux.HandleFunc("POST /partners/{name}/deliveries", p.named((*partner).operateDelivery))
	return mux
}

// States returns the state of all partners, in the order of the flow.
func (p *Partners) States() []State {
	states := make([]State, len(p.all))
	for i, d := range p.all {
		states[i] = d.state()
		if d.callbacks != nil {
			counters := d.callbacks.state()
			states[i].Callbacks = &counters
		}
	}
	return states
}

// named serves a request with the partner named in its path.
func (p *Partners) named(serve func(*partner, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, d := range p.all {
			if d.name == r.PathValue("name") {
				serve(d, w, r)
				return
			}
		}
		fault.Write(w, fault.New(fault.NotFound, "there is no partner %.40q; see /partners", r.PathValue("name")))
	}
}

func (d *partner) state() State {
	d.mu.Lock()
	defer d.mu.Unlock()
	return State{Name: d.name, Has: d.has, Knobs: d.knobs, Counters: d.counters}
}

func (d *partner) tellKnobs(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, d.state().Knobs)
}

func (d *partner) setKnobs(w http.ResponseWriter, r *http.Request) {
	knobs, err := readJSON[Knobs](w, r)
	if err == nil {
		err = knobs.check(d.has)
	}
	if err != nil {
		fault.Write(w, err)
		return
	}
	d.mu.Lock()
	d.knobs = knobs
	d.mu.Unlock()
	writeJSON(w, http.StatusOK, knobs)
}
