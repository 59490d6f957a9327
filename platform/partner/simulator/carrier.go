package simulator

import (
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/fault"
)

// booked is the status of a consignment or an entry.
const booked = "booked"

// newCarrier returns the delivery company. With a secret it reports what its operator does with deliveries.
func newCarrier(d *partner, c Config) (*partner, error) {
	d.has = append(d.has, knobRefuseRate)
	if len(c.CarrierSecret) > 0 {
		signs, err := signer(Carrier, c.CarrierSecret)
		if err != nil {
			return nil, err
		}
		d.callbacks = newCallbacks(c, signs)
	}
	serve(d, "/consignments", "consignment", func(_ consignment, record *Record) error {
		record.Status = booked
		return d.mayRefuse()
	})
	serve(d, "/consignments/changes", "change", func(c change, record *Record) error {
		if err := d.mayRefuse(); err != nil {
			return err
		}
		record.Status = booked
		if c.CalledOff {
			record.Status = calledOff
			d.callOff(c.Consignment)
		}
		return nil
	})
	return d, nil
}

// calledOff is the status of a change after which nothing is delivered.
const calledOff = "called-off"

// change is what a consignment is from its version on. The records keep each of them; the one with the highest version holds,
// in whatever order they came.
type change struct {
	Consignment string    `json:"consignment"` // the Idempotency-Key of the consignment
	Version     int64     `json:"version"`     // over 1, which the consignment is
	CalledOff   bool      `json:"calledOff,omitempty"`
	OrderID     int64     `json:"orderId"`
	Time        time.Time `json:"time,omitzero"`
	Until       time.Time `json:"until,omitzero"`
	Market      string    `json:"market"`
	Name        string    `json:"name,omitempty"`
	Email       string    `json:"email,omitempty"`
	Phone       string    `json:"phone,omitempty"`
	Street      string    `json:"street,omitempty"`
	City        string    `json:"city,omitempty"`
	event.Address
}

func (c change) check() error {
	var f fields
	f.wantOrder(c.OrderID)
	f.wantText("consignment", c.Consignment)
	f.want(c.Version > 1, "version", "must be over 1")
	f.want(c.CalledOff == c.Time.IsZero(), "time", "must be set, unless the delivery is called off")
	return f.err()
}

type consignment struct {
	OrderID int64     `json:"orderId"`
	Time    time.Time `json:"time"` // start of the slot
	Market  string    `json:"market"`
	Name    string    `json:"name"`
	Email   string    `json:"email"`
	Phone   string    `json:"phone"`
	Street  string    `json:"street"`
	City    string    `json:"city"`
	Until   time.Time `json:"until,omitzero"` // its end

	CallbackURL string `json:"callbackUrl,omitempty"` // for reports; "": it makes none
	event.Address
}

func (c consignment) check() error {
	var f fields
	f.wantOrder(c.OrderID)
	f.want(!c.Time.IsZero(), "time", "must be set")
	f.wantText("name", c.Name)
	f.wantText("street", c.Street)
	f.wantText("city", c.City)
	if c.CallbackURL != "" {
		f.wantURL("callbackUrl", c.CallbackURL)
	}
	return f.err()
}

// mayRefuse applies the refuse knob. The caller holds the lock.
func (d *partner) mayRefuse() error {
	if d.chance(d.knobs.RefuseRate) {
		return fault.New(fault.Refused, "%s refuses this", d.name)
	}
	return nil
}
