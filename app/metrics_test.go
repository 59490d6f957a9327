package app_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/event"
)

// figures are the content of /metrics: the type of each of the shop's metrics, its labels, and all its series.
type figures struct {
	types  map[string]string
	labels map[string]string // sorted names
	series map[string]string // a value, by name and labels as they are written
}

var (
	typeLine = regexp.MustCompile(`(?m)^# TYPE (webshop_\w+) (\w+)$`)
	sample   = regexp.MustCompile(`(?m)^(webshop_\w+?)(?:_bucket|_sum|_count)?(?:\{([^}]*)\})? (\S+)$`)
	label    = regexp.MustCompile(`(\w+)="`)
)

func (s *shop) figures() figures {
	s.Helper()
	text := string(s.call("GET", s.PrivateURL+"/metrics", nil).want(200).body)
	f := figures{map[string]string{}, map[string]string{}, map[string]string{}}
	for _, m := range typeLine.FindAllStringSubmatch(text, -1) {
		f.types[m[1]] = m[2]
	}
	for _, m := range sample.FindAllStringSubmatch(text, -1) {
		var names []string
		for _, l := range label.FindAllStringSubmatch(m[2], -1) {
			if l[1] != "le" {
				names = append(names, l[1])
			}
		}
		slices.Sort(names)
		f.labels[m[1]] = strings.Join(names, " ")
		f.series[m[1]+"{"+m[2]+"}"] = m[3]
	}
	return f
}

var (
	tableLine = regexp.MustCompile("(?m)^\\| `(webshop_\\w+)` \\| (\\w+) \\|([^|]*)\\|")
	inQuotes  = regexp.MustCompile("`([^`]*)`")
)

// TestMetricsAreThoseOfTheTable: docs/metrics.md lists exactly these metrics, with types and labels.
func TestMetricsAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.RateLimit = 5 })
	s.arrives(s.create(realOrder("Counted", "testId", 5)).OrderID, "DELIVERY_BOOKED")
	told, written := s.figures(), map[string]string{}
	for _, m := range tableLine.FindAllStringSubmatch(read(t, "../docs/metrics.md"), -1) {
		var labels []string
		for _, l := range inQuotes.FindAllStringSubmatch(m[3], -1) {
			labels = append(labels, l[1])
		}
		slices.Sort(labels)
		written[m[1]] = m[2] + " " + strings.Join(labels, " ")
	}
	for name, kind := range told.types {
		if has := kind + " " + told.labels[name]; written[name] != has {
			t.Errorf("docs/metrics.md has %q for %s, and /metrics tells %q", written[name], name, has)
		}
	}
	for name := range written {
		if told.types[name] == "" {
			t.Errorf("docs/metrics.md has %s, which /metrics does not tell", name)
		}
	}
}

// TestWhatIsCounted: orders by status, money by currency, tries of subscribers, calls of partners, slots, lag.
func TestWhatIsCounted(t *testing.T) {
	t.Parallel()
	s := start(t)
	bought, doomed := s.create(realOrder("Bought", "email", "bought@example.com")), s.create(realOrder("Doomed"))
	test := s.create(realOrder("Test", "testId", 6))
	s.arrives(bought.OrderID, "STOCKED")
	s.arrives(doomed.OrderID, "STOCKED")
	s.arrives(test.OrderID, "DELIVERY_BOOKED")
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": trackingKey(doomed)}).want(200)
	s.arrives(doomed.OrderID, "CANCELLED")
	f := s.figures()
	for series, want := range map[string]string{
		`webshop_orders_total{market="US",status="CREATED",test="false",type="B2C"}`:        "2",
		`webshop_orders_total{market="US",status="STOCKED",test="false",type="B2C"}`:        "2",
		`webshop_orders_total{market="US",status="CANCELLED",test="false",type="B2C"}`:      "1",
		`webshop_orders_total{market="US",status="DELIVERY_BOOKED",test="true",type="B2C"}`: "1",
		`webshop_orders{status="STOCKED",test="false"}`:                                     "1",
		`webshop_orders{status="DELIVERY_BOOKED",test="false"}`:                             "0",
		`webshop_orders{status="DELIVERY_BOOKED",test="true"}`:                              "1",
		`webshop_money_taken_minor_total{currency="USD"}`:                                   "60000",
		`webshop_money_given_back_minor_total{currency="USD"}`:                              "30000",
		`webshop_event_handled_seconds{outcome="done",subscriber="order.OrderCancelled"}`:   "1",
		`webshop_subscriber_waiting{service="email",subscriber="email.OrderCreated"}`:       "0",
		`webshop_dead_letters{subscriber="stock.OrderPlaced"}`:                              "0",
		`webshop_alerts_open{rule="dead-letter",severity="high"}`:                           "0",
		`webshop_metrics_source_up{source="bus"}`:                                           "1",
		`webshop_outbox_age_seconds{}`:                                                      "0",
	} {
		if f.series[series] != want {
			t.Errorf("%s is %q, want %s", series, f.series[series], want)
		}
	}
	lag := 0
	for name := range f.series {
		if strings.HasPrefix(name, "webshop_subscriber_waiting{") {
			lag++
		}
	}
	if lag != len(event.Subscriptions) {
		t.Errorf("the lag of %d subscribers of %d", lag, len(event.Subscriptions))
	}
}

// TestNoOneMakesSeries: no request adds a series that the code does not know.
func TestNoOneMakesSeries(t *testing.T) {
	t.Parallel()
	s := start(t)
	hostile := func(i int) {
		word := fmt.Sprintf("hostile%d", i)
		for _, base := range []string{s.PublicURL, s.PrivateURL} {
			s.call("GET", base+"/"+word, nil)
			s.call("HACK"+fmt.Sprint(i), base+"/"+word, nil)
			s.call("HACK"+fmt.Sprint(i), base+"/createOrder", nil)
			s.call("GET", base+"/trackOrder?key="+word, nil, "Traceparent", word)
			s.call("GET", base+"/deliveryTimes?market="+word, nil)
			s.call("GET", base+"/deadletters/"+word+"/"+word, nil)
			s.call("GET", base+"/mail/"+word, nil)
			s.call("PUT", base+"/partners/"+word+"/knobs", "{}")
			s.call("POST", base+"/createOrder", realOrder(word, "market", word, "customerType", word))
			s.call("POST", base+"/placeOrder", map[string]any{"detail": realOrder(word, "market", word, "testId", i+1)})
		}
	}
	hostile(0)
	s.eventually("all sources of metrics were asked", func() bool {
		return slices.ContainsFunc(slices.Collect(maps.Keys(s.figures().series)), func(name string) bool { return strings.HasPrefix(name, "webshop_slots_left") })
	})
	before := slices.Sorted(maps.Keys(s.figures().series))
	for i := range 5 {
		hostile(i + 1)
	}
	for name := range s.figures().series {
		if _, known := slices.BinarySearch(before, name); strings.Contains(name, "ostile") || strings.Contains(name, "HACK") || !known && !strings.Contains(name, "_seconds{") {
			t.Errorf("a new series: %s", name)
		}
	}
}
