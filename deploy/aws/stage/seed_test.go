package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"
)

// seedRules are rules written for the seed: with its sources and detail-types, and fields at the top of the detail.
const seedRules = `[
	{"pattern": {"source": ["microservicesdemo.order"], "detail-type": ["OrderCreated"]},
	 "paths": {"id": "$.detail.orderId", "name": "$.detail.name", "email": "$.detail.email", "price": "$.detail.totalPrice"},
	 "template": "{\"orderId\": <id>, \"name\": \"<name>\", \"email\": \"<email>\", \"totalPrice\": <price>}"},
	{"pattern": {"source": ["microservicesdemo.order"], "detail-type": ["OrderPlaced"]},
	 "paths": {"id": "$.detail.orderId", "name": "$.detail.name", "email": "$.detail.email", "price": "$.detail.totalPrice"},
	 "template": "{\"orderId\": <id>, \"name\": \"<name>\", \"email\": \"<email>\", \"totalPrice\": <price>}"},
	{"pattern": {"source": ["microservicesdemo.stock"], "detail-type": ["StockCreated"]},
	 "paths": {"id": "$.detail.orderId"}, "template": "{\"orderId\": <id>}"},
	{"pattern": {"source": ["microservicesdemo.order"], "detail-type": ["OrderDeliverable"]},
	 "paths": {"id": "$.detail.orderId", "phone": "$.detail.phone", "street": "$.detail.street", "city": "$.detail.city"},
	 "template": "{\"orderId\": <id>, \"phone\": \"<phone>\", \"street\": \"<street>\", \"city\": \"<city>\"}"},
	{"pattern": {"source": ["microservicesdemo.delivery"], "detail-type": ["DeliveryBooked"]},
	 "paths": {"id": "$.detail.orderId", "time": "$.detail.deliveryTime"}, "template": "{\"orderId\": <id>, \"deliveryTime\": \"<time>\"}"}
]`

// seedHeard is what such rules read of an event.
type seedHeard struct {
	OrderID                                        int64
	Name, Email, Phone, Street, City, DeliveryTime string
	TotalPrice                                     int64
}

// seedListener is a consumer written for the seed on the stage's bus.
type seedListener struct {
	mu    sync.Mutex
	heard map[string]map[int64]seedHeard // by rule and order
}

// seedBus is the stack's own bus, as a parameter.
const seedBus = "arn:aws:events:" + region + ":" + account + ":event-bus/webshop"

// listen adds the rules to the stack's bus.
func listen(t *testing.T, s *Stage) *seedListener {
	t.Helper()
	l := &seedListener{heard: map[string]map[int64]seedHeard{}}
	var rules []struct {
		Pattern  map[string]any
		Paths    map[string]string
		Template string
	}
	if err := json.Unmarshal([]byte(seedRules), &rules); err != nil {
		t.Fatal(err)
	}
	b := s.buses["Bus"]
	for i, r := range rules {
		name := fmt.Sprint("seed-", i)
		l.heard[name] = map[int64]seedHeard{}
		b.rules = append(b.rules, &rule{name: name, pattern: r.Pattern, targets: []target{{
			transform: &transformer{InputPathsMap: r.Paths, InputTemplate: r.Template}, retries: 8, maxAge: time.Hour,
			listen: func(payload []byte) { l.hear(name, payload) },
		}}})
	}
	return l
}

func (l *seedListener) hear(rule string, payload []byte) {
	var said seedHeard
	if err := json.Unmarshal(payload, &said); err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.heard[rule][said.OrderID] = said
	}
}

// heardAll waits until each rule has had an event of each order, with all fields that it reads.
func (l *seedListener) heardAll(t *testing.T, orders int) {
	t.Helper()
	eventually(t, "the seed's rules to hear of each order", func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, heard := range l.heard {
			if len(heard) < orders {
				return false
			}
		}
		return true
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, created := range l.heard["seed-0"] {
		deliverable, booked := l.heard["seed-3"][id], l.heard["seed-4"][id]
		if created.Name == "" || created.Email == "" || created.TotalPrice <= 0 || l.heard["seed-1"][id] != created {
			t.Errorf("OrderCreated says %+v, OrderPlaced %+v", created, l.heard["seed-1"][id])
		}
		if deliverable.Phone == "" || deliverable.Street == "" || deliverable.City == "" || len(booked.DeliveryTime) != 13 {
			t.Errorf("OrderDeliverable says %+v, DeliveryBooked %+v", deliverable, booked)
		}
	}
}
