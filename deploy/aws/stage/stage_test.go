package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/evidence/systemtest"
	"acme.example/webshop/platform/database/pgtest"
)

// token is the test's token for the private API.
const token = "the token of the operators of the stage"

// TestStage orders from the stack as customers do, while 50 instances are killed during an invocation and EventBridge
// refuses entries and delivers twice and late. One event kills each instance that gets it: it must become a dead letter
// by itself, and be handled when an operator replays it. Then nothing is lost and nothing done twice, and rules written
// for the seed have had events of each order.
func TestStage(t *testing.T) {
	one := &poison{subscriber: "email.OrderCreated"}
	s, a := run(t, Trouble{
		Seed: 1, Kills: 50, KillShare: .05, Twice: .05, Late: .02, LateBy: 3 * time.Second, Refused: .02, Doomed: one.kills,
	})
	seed := listen(t, s)
	var out bytes.Buffer
	_, err := systemtest.Run(t.Context(), systemtest.Config{
		PublicURL: s.PublicURL(), PrivateURL: s.URL("PrivateApi"), Token: token, Orders: 500, Concurrency: 8, Timeout: 8 * time.Minute, Out: &out,
	})
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	one.replay(t, s)
	audited(t, a)
	seed.heardAll(t, 500)
	if n := s.trouble.count(); n != 50 {
		t.Errorf("%d instances were killed, not 50", n)
	}
	for _, what := range []string{"deliveries made twice", "deliveries made late", "entries refused", "deliveries tried again"} {
		if s.events.Seen.of(what) == 0 {
			t.Errorf("there were no %s", what)
		}
	}
	if q := s.queues["DeadLetters"]; q.sent() == 0 || q.depth() != 0 {
		t.Errorf("of %d dead letters of AWS %d are there", q.sent(), q.depth())
	}
}

// run starts the shop's stack for a test, and returns the auditor's configuration.
func run(t *testing.T, trouble Trouble) (*Stage, audit.Config) {
	t.Helper()
	program, err := build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	others, err := partners(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(others, map[string]string{"WEBSHOP_PRIVATE_TOKEN": token, "WEBSHOP_RELAY_FOR": "4s"}) // rounds are shortened as the schedule is
	database := pgtest.Database(t)
	s, err := Start(t.Context(), Config{
		Template: "../template.yaml", Bootstrap: program, Folder: t.ArtifactDir(), // logs stay with -artifacts
		Parameters: map[string]string{"OperatorNetworks": "127.0.0.0/8", "SeedEventBus": seedBus}, Settings: settings(database, others),
		Speed: 12, Instances: 3, Trouble: trouble, Log: slog.Default(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		var out bytes.Buffer
		if err := s.Report(&out); err != nil {
			t.Error(err)
		}
		t.Log(out.String())
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	capacity, err := app.Capacities("")
	if err != nil {
		t.Fatal(err)
	}
	return s, audit.Config{DatabaseURL: database, PrivateURL: s.URL("PrivateApi"), Token: token, Capacity: capacity}
}

// audited fails the test if a promise is broken, or not all orders end.
func audited(t *testing.T, a audit.Config) {
	t.Helper()
	if err := a.AskShop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var report audit.Report
	eventually(t, "all orders to end", func() (ended bool) {
		var err error
		if report, err = audit.Run(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		return !report.OK || report.Standings["delivered"] == report.Orders
	})
	var out bytes.Buffer
	if err := report.WriteText(&out); err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
	if !report.OK {
		t.Error("the auditor finds broken promises")
	}
}

// poison is an event that kills each instance that gets it: the first one of a subscriber.
type poison struct {
	subscriber string
	mu         sync.Mutex
	event      string
	cured      bool
}

// kills reports whether an invocation is for that event.
func (p *poison) kills(_ string, payload []byte) bool {
	var call struct {
		Subscriber string
		Event      struct{ Detail struct{ ID string } }
	}
	if err := json.Unmarshal(payload, &call); err != nil || call.Subscriber != p.subscriber {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.event == "" {
		p.event = call.Event.Detail.ID
	}
	return call.Event.Detail.ID == p.event && !p.cured
}

// replay waits until the event is a dead letter, replays it when it no longer kills, and waits until it is handled.
func (p *poison) replay(t *testing.T, s *Stage) {
	t.Helper()
	letter := "/deadletters/" + p.event + "/" + p.subscriber
	eventually(t, "the dead letter", func() bool { return operate(t, s, "GET", letter) == http.StatusOK })
	p.mu.Lock()
	p.cured = true
	p.mu.Unlock()
	if status := operate(t, s, "POST", letter+"/replay"); status != http.StatusNoContent {
		t.Fatalf("the replay answered %d", status)
	}
	q := s.queues["DeadLetters"]
	eventually(t, "the dead letter to be handled, and its queue to be empty", func() bool {
		return operate(t, s, "GET", letter) == http.StatusNotFound && q.depth() == 0
	})
}

// operate sends a request to the private API.
func operate(t *testing.T, s *Stage, method, path string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL("PrivateApi")+path, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body) // only the status matters
	return answer.StatusCode
}
