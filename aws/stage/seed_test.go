package main

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"
)

// seedRules are rules as they were written for the seed: its sources and detail-types, and fields at the top of the detail.
const seedRules = `[
	{"pattern": {"source": ["microservicesdemo.order"], "detail-type": ["OrderPlaced"]},
	 "paths": {"id": "$.detail.orderId", "name": "$.detail.name", "email": "$.detail.email", "price": "$.detail.totalPrice"},
	 "template": "{\"orderId\": <id>, \"text\": \"<name> <email> <price>\"}"},
	{"pattern": {"source": ["microservicesdemo.order"], "detail-type": ["OrderCreated"]},
	 "paths": {"id": "$.detail.orderId", "name": "$.detail.name", "email": "$.detail.email", "price": "$.detail.totalPrice"},
	 "template": "{\"orderId\": <id>, \"text\": \"<name> <email> <price>\"}"},
	{"pattern": {"source": ["microservicesdemo.stock"], "detail-type": ["StockCreated"]},
	 "paths": {"id": "$.detail.orderId"}, "template": "{\"orderId\": <id>, \"text\": \"\"}"},
	{"pattern": {"source": ["microservicesdemo.order"], "detail-type": ["OrderDeliverable"]},
	 "paths": {"id": "$.detail.orderId", "street": "$.detail.street", "city": "$.detail.city"}, "template": "{\"orderId\": <id>, \"text\": \"<street> <city>\"}"},
	{"pattern": {"source": ["microservicesdemo.delivery"], "detail-type": ["DeliveryBooked"]},
	 "paths": {"id": "$.detail.orderId", "time": "$.detail.deliveryTime"}, "template": "{\"orderId\": <id>, \"text\": \"<time>\"}"}
]`

// seedListener hears the stage's bus as a consumer of the seed does.
type seedListener struct {
	mu    sync.Mutex
	heard map[string]map[int64]string // by rule and order
}

// seedBus is the stack's own bus, as a parameter.
const seedBus = "arn:aws:events:" + region + ":" + account + ":event-bus/webshop"

// listen puts the rules on the stack's bus.
func listen(t *testing.T, s *Stage) *seedListener {
	t.Helper()
	l := &seedListener{heard: map[string]map[int64]string{}}
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
		l.heard[name] = map[int64]string{}
		b.rules = append(b.rules, &rule{name: name, pattern: r.Pattern, targets: []target{{
			transform: &transformer{InputPathsMap: r.Paths, InputTemplate: r.Template}, retries: 8, maxAge: time.Hour,
			listen: func(payload []byte) { l.hear(name, payload) },
		}}})
	}
	return l
}

func (l *seedListener) hear(rule string, payload []byte) {
	var said struct {
		OrderID int64
		Text    string
	}
	if err := json.Unmarshal(payload, &said); err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.heard[rule][said.OrderID] = said.Text
	}
}

// heardAll waits until each rule has heard of so many orders, with all that it reads.
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
	for id, text := range l.heard["seed-0"] {
		if text != l.heard["seed-1"][id] || len(text) < len("A a@b.c 12500") {
			t.Errorf("order %d: OrderPlaced says %q, OrderCreated %q", id, text, l.heard["seed-1"][id])
		}
		if l.heard["seed-2"][id] != "" || len(l.heard["seed-3"][id]) < 3 || len(l.heard["seed-4"][id]) != 13 {
			t.Errorf("order %d: %q, %q", id, l.heard["seed-3"][id], l.heard["seed-4"][id])
		}
	}
}
