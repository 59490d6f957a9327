package simulator

import (
	"time"

	"acme.example/webshop/platform/fault"
)

// booked is the status of a consignment or an entry.
const booked = "booked"

// newCarrier returns the delivery company.
func newCarrier(d *partner) *partner {
	d.has = append(d.has, knobRefuseRate)
	serve(d, "/consignments", "consignment", func(_ consignment, record *Record) error {
		record.Status = booked
		return d.mayRefuse()
	})
	return d
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
}

func (c consignment) check() error {
	var f fields
	f.wantOrder(c.OrderID)
	f.want(!c.Time.IsZero(), "time", "must be set")
	f.wantText("name", c.Name)
	f.wantText("street", c.Street)
	f.wantText("city", c.City)
	return f.err()
}

// mayRefuse applies the refuse knob. The caller holds the lock.
func (d *partner) mayRefuse() error {
	if d.chance(d.knobs.RefuseRate) {
		return fault.New(fault.Refused, "%s refuses this", d.name)
	}
	return nil
}
