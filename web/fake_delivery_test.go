package web

import (
	"acme.example/webshop/fault"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

func fakeSlots(key string) []string {
	options := []string{}
	if key == "full" {
		return options
	}
	zone, _ := time.LoadLocation("America/New_York")
	now := time.Now().In(zone)
	for d := 1; d <= 6; d++ {
		for h := 9; h <= 17; h += 2 {
			options = append(options, strconv.FormatInt(time.Date(now.Year(), now.Month(), now.Day()+d, h, 0, 0, 0, zone).UnixMilli(), 10))
		}
	}
	return options
}

func (f *fakeShop) deliveryTimes(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := r.FormValue("order")
	if key == "bad" {
		fault.Write(w, fault.New(fault.Unauthorized, "this link has expired"))
		return
	}
	options := fakeSlots(key)
	if f.booked["first"] != "" {
		options = options[min(1, len(options)):]
	}
	reply(w, object{"deliveryOptions": options})
}

func (f *fakeShop) bookDelivery(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var b struct{ OrderID, DeliveryTime string }
	if err := json.NewDecoder(r.Body).Decode(&b); err != nil {
		fault.Write(w, fault.Wrap(err, fault.Malformed, "not JSON"))
		return
	}
	if err := f.bookingRefusal(b.OrderID, b.DeliveryTime); err != nil {
		fault.Write(w, err)
		return
	}
	f.booked[b.OrderID] = b.DeliveryTime
	reply(w, object{"orderId": 700100, "name": "Ana", "email": "ana@example.com", "phone": "1", "street": "Main Street 1", "city": "Springfield", "deliveryTime": b.DeliveryTime})
}

func (f *fakeShop) bookingRefusal(key, deliveryTime string) error {
	switch {
	case key == "early":
		return fault.New(fault.Conflict, "the order is PLACED; a delivery time can be booked once it is STOCKED")
	case key == "cancelled":
		return fault.New(fault.Conflict, "the order is CANCELLED; a delivery time can be booked once it is STOCKED")
	case key == "already":
		return fault.New(fault.Conflict, "the order has a delivery time already: %s", fakeSlots("")[7])
	case deliveryTime == fakeSlots("")[0]:
		f.booked["first"] = deliveryTime
		return fault.New(fault.Conflict, "this delivery time has just been taken; please pick another one")
	}
	return nil
}
