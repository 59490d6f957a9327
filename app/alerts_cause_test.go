package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/surfaces/ops"
)

// notices returns what a webhook received, as transitions and rules.
func (h *heardBy) notices(t *testing.T) (all []string) {
	t.Helper()
	for _, body := range h.all() {
		var n ops.Notice
		if err := json.Unmarshal([]byte(body), &n); err != nil {
			t.Fatal(err)
		}
		all = append(all, string(n.Transition)+" "+n.Alert.Rule)
	}
	return all
}

// TestOneAlertTellsThatPostgreSQLIsGone, crashed or hanging: everything fails then, in every process of the shop, and the
// operator gets one alert. The console and webshop top say what they do not know.
func TestOneAlertTellsThatPostgreSQLIsGone(t *testing.T) {
	for name, fault := range map[string]struct{ breaks, mends func(*pgtest.Server) error }{
		"crashed":        {(*pgtest.Server).Crash, (*pgtest.Server).Start},
		"standing still": {(*pgtest.Server).Pause, (*pgtest.Server).Resume},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, webhook := pgtest.New(t, "-c", "fsync=off"), receiver(t)
			s := start(t, func(c *app.Config) {
				c.DatabaseURL = app.Secret(server.Database(t))
				c.AlertWebhook = []app.Secret{app.Secret(webhook.URL)}
			})
			s.create(realOrder("Before"))
			if err := fault.breaks(server); err != nil {
				t.Fatal(err)
			}
			s.eventually("all that follows is known", func() bool {
				open := s.alerts().Open
				return len(open) > 0 && open[0].Rule == "storage" && len(open[0].Follows) >= 5 // the subscribers, 16 more, after 40 s
			})
			s.knowsNothing()
			if open := s.alerts().Open; len(open) != 1 {
				t.Errorf("open: %+v", open)
			}
			if err := fault.mends(server); err != nil {
				t.Fatal(err)
			}
			s.eventually("it is over", func() bool { return len(webhook.all()) >= 2 && len(s.alerts().Open) == 0 })
			if told := strings.Join(webhook.notices(t), ", "); told != "fired storage, over storage" {
				t.Errorf("told: %s", told)
			}
			s.arrives(s.create(realOrder("After")).OrderID, "STOCKED")
		})
	}
}

// TestOneAlertTellsThatPostgreSQLIsGoneInASplitShop: one of the processes that run database sends it for all.
func TestOneAlertTellsThatPostgreSQLIsGoneInASplitShop(t *testing.T) {
	t.Parallel()
	server, webhook, f := pgtest.New(t, "-c", "fsync=off"), receiver(t), newFleet(t)
	f.base.AlertWebhook = []app.Secret{app.Secret(webhook.URL)}
	f.base.DatabaseURL = app.Secret(server.Database(t))
	first := f.run("database")
	f.run("database")
	f.run("order")
	f.run("fraud,approval,delivery,stock,finance,email")
	f.arrives(f.create(realOrder("Before")).OrderID, "STOCKED")
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	f.eventually("what follows is known", func() bool {
		var list ops.AlertList
		f.call("GET", first.PrivateURL+"/alerts", nil).want(200).into(&list)
		open := list.Open
		return len(open) > 0 && slices.ContainsFunc(open[0].Follows, func(c ops.Consequence) bool { return c.Rule == "outbox" })
	})
	if told := strings.Join(webhook.notices(t), ", "); told != "fired storage" {
		t.Errorf("told: %s", told)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	f.eventually("it is over", func() bool { return slices.Contains(webhook.notices(t), "over storage") })
	// A copy that becomes the leader just then repeats its open alerts: it cannot know what the other one has sent.
	if told := strings.Join(slices.Compact(webhook.notices(t)), ", "); told != "fired storage, over storage" {
		t.Errorf("told: %s", told)
	}
	f.arrives(f.create(realOrder("After")).OrderID, "STOCKED")
}

// TestOneAlertTellsThatTheFileIsLocked: the relay stops and writes wait before the cause is known.
func TestOneAlertTellsThatTheFileIsLocked(t *testing.T) {
	webhook := receiver(t)
	s := start(t, func(c *app.Config) { c.AlertWebhook = []app.Secret{app.Secret(webhook.URL)} })
	s.turn("books", map[string]any{"failureRate": 1})
	s.orders(1)
	s.eventually("books failed", func() bool { return s.receipt(1, "finance.OrderPlaced").Attempts > 0 })
	s.lock()
	s.eventually("what follows is known", func() bool {
		open := s.alerts().Open
		return len(open) > 0 && len(open[0].Follows) > 0 && len(webhook.all()) > 0
	})
	if told := strings.Join(webhook.notices(t), ", "); told != "fired storage" {
		t.Errorf("told: %s", told)
	}
}

// knowsNothing checks that the console and webshop top do not show the unknown as zero.
func (s *shop) knowsNothing() {
	s.Helper()
	var seen struct {
		Trouble         string
		Orders          map[string]int
		Waiting, Parked *int
	}
	s.call("GET", s.PrivateURL+"/console/api/now", nil).want(200).into(&seen)
	if seen.Trouble == "" || seen.Orders != nil || seen.Waiting != nil || seen.Parked != nil {
		s.Errorf("the console: %+v", seen)
	}
	var out bytes.Buffer
	if err := app.OperatorClient(s.PrivateURL, "", "", &out).Top(s.Context(), nil, false); err != nil || !strings.Contains(out.String(), "unknown orders/s   unknown events in work") {
		s.Errorf("top: %v\n%s", err, out.String())
	}
}

// TestAlertsAreNotKnownYetInTheFirstSeconds: webshop alerts says so, and fails.
func TestAlertsAreNotKnownYetInTheFirstSeconds(t *testing.T) {
	for name, c := range map[string]struct {
		list ops.AlertList
		want string
		fail string
	}{
		"before the first look": {ops.AlertList{}, "", "not known yet"},
		"before all had time":   {ops.AlertList{Looked: time.Now()}, "", "not known yet"},
		"well":                  {ops.AlertList{Looked: time.Now(), Sure: true}, "Nothing is wrong.\n", ""},
		"long ago":              {ops.AlertList{Looked: time.Now().Add(-time.Minute), Sure: true}, "", "has not evaluated its alerts since"},
		"wrong already": {
			ops.AlertList{Looked: time.Now(), Open: []ops.Alert{{Rule: "storage", Severity: ops.Critical, What: "No orders", Do: "mend it", Follows: []ops.Consequence{{What: "late"}}}}},
			"CRITICAL  storage", "1 alert is open",
		},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(c.list) }))
		var out bytes.Buffer
		err := app.OperatorClient(server.URL, "", "", &out).Alerts(t.Context(), false)
		server.Close()
		if (err == nil) != (c.fail == "") || err != nil && !strings.Contains(err.Error(), c.fail) || !strings.HasPrefix(out.String(), c.want) {
			t.Errorf("%s: %v\n%s", name, err, out.String())
		}
		if name == "long ago" && out.Len() > 0 {
			t.Errorf("%s: %s", name, out.String())
		}
		if name == "wrong already" && !strings.Contains(out.String(), "Because of it: late") {
			t.Errorf("%s: %s", name, out.String())
		}
	}
}
