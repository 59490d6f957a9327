package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/fault"
)

// tried is what a job would do.
type tried struct {
	ID     string
	Found  int
	Next   int64
	Orders []int64
	Cannot []struct {
		OrderID int64
		Why     string
	}
	Sums []struct {
		Currency       string
		Amount, Orders int64
	}
}

// tries asks what an action would do with the orders of a search.
func (s *shop) tries(action, text string) (would tried) {
	s.Helper()
	s.call("POST", s.PrivateURL+"/bulk/try", map[string]any{"action": action, "search": map[string]any{"q": text}}).want(200).into(&would)
	return would
}

// starts starts a job as ann.
func (s *shop) starts(action string, would tried) answer {
	s.Helper()
	return s.call("POST", s.PrivateURL+"/bulk", map[string]any{"id": would.ID, "action": action, "orders": would.Orders}, "Authorization", "Bearer "+anns)
}

// job is a job and what became of its orders.
type job struct {
	State, By, StoppedBy   string
	Waiting, Done, Refused int
	Orders                 []struct {
		OrderID, Amount      int64
		State, Why, Currency string
	}
}

func (s *shop) job(id string) (j job) {
	s.Helper()
	s.call("GET", s.PrivateURL+"/bulk/jobs/"+id, nil).want(200).into(&j)
	return j
}

// ends waits until a job has ended.
func (s *shop) ends(id string) job {
	s.Helper()
	s.eventually("job "+id+" ends", func() bool { return s.job(id).State != "running" })
	return s.job(id)
}

// TestManyOrdersAreCancelledAtOnce: the dry run tells with which it can be done, and what goes back; each order is cancelled once and
// has a record of who did it; nothing personal is in the job.
func TestManyOrdersAreCancelledAtOnce(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine, operated)
		var ids []int64
		for i := range 3 {
			ids = append(ids, s.create(realOrder(fmt.Sprintf("Frozen %d", i), "email", "frozen@example.com", "city", "Frosttown")).OrderID)
		}
		mexican := s.create(realOrder("Frozen 3", "email", "frozen@example.com", "market", "MX", "city", "Frosttown"))
		other := s.create(realOrder("Else")).OrderID
		for _, id := range append(slices.Clone(ids), mexican.OrderID, other) {
			s.arrives(id, "STOCKED")
		}
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": ids[0]}).want(200)
		would := s.tries("cancel", "frozen@example.com")
		slices.Sort(would.Orders)
		if want := []int64{ids[1], ids[2], mexican.OrderID}; would.Found != 4 || !slices.Equal(would.Orders, want) || would.Next != 0 {
			t.Errorf("%+v; want %v", would, want)
		}
		if len(would.Cannot) != 1 || would.Cannot[0].OrderID != ids[0] || would.Cannot[0].Why != "the order is CANCELLED already" {
			t.Errorf("cannot: %+v", would.Cannot)
		}
		if sums := fmt.Sprint(would.Sums); !strings.Contains(sums, "{USD 60000 2}") || !strings.Contains(sums, fmt.Sprintf("{MXN %d 1}", mexican.Amount)) {
			t.Errorf("sums: %s", sums)
		}
		if before := s.order(ids[1]); before.Status != "STOCKED" {
			t.Errorf("the dry run changed order %d: %s", ids[1], before.Status)
		}
		s.starts("cancel", would).want(200)
		j := s.ends(would.ID)
		s.starts("cancel", would).want(200) // sent again
		if j.State != "done" || j.Done != 3 || j.By != "ann" || j.Orders[0].Amount != 30000 || j.Orders[0].Currency != "USD" {
			t.Errorf("%+v", j)
		}
		for _, id := range would.Orders {
			o := s.arrives(id, "CANCELLED")
			s.eventually("its money is back", func() bool { return s.history(id).RefundReference != "" })
			if shown := s.history(id); len(shown.titles("action")) != 1 || !strings.Contains(fmt.Sprint(shown.Moments), "by ann: operator, job "+would.ID) {
				t.Errorf("order %d: %v", id, shown.titles("action"))
			}
			if n := len(slices.DeleteFunc(s.mails(o.CustomerEmail), func(m mail) bool { return !strings.Contains(m.Text, fmt.Sprint(id)) })); n == 0 {
				t.Errorf("the customer of order %d has no mail", id)
			}
		}
		if o := s.order(other); o.Status != "STOCKED" {
			t.Errorf("an order of someone else is %s", o.Status)
		}
		if text := string(s.call("GET", s.PrivateURL+"/bulk/jobs/"+would.ID, nil).want(200).body); strings.Contains(text, "frozen") || strings.Contains(text, "Frozen") {
			t.Errorf("personal data: %s", text)
		}
		would.Orders = append(would.Orders, other)
		s.starts("cancel", would).problem(fault.Conflict)
		s.call("POST", s.PrivateURL+"/bulk/try", map[string]any{"action": "cancel", "search": map[string]any{}}).problem(fault.Invalid)
		s.call("GET", s.PrivateURL+"/bulk/jobs/none", nil).problem(fault.NotFound)
	})
}

// mailedAgain returns the Message-IDs of the mails that a job has sent to an address.
func (s *shop) mailedAgain(to, id string) (ids []string) {
	s.Helper()
	for _, m := range s.mails(to) {
		if strings.HasPrefix(m.ID, "bulk."+id) {
			ids = append(ids, m.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// TestAJobOutlivesItsProcess: while the mail server is away it waits and is told, then it is stopped; another one goes on after a
// restart, and each customer gets one mail.
func TestAJobOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine, operated)
		var want []string
		for i := range 12 {
			id := s.create(realOrder(fmt.Sprintf("Again %d", i), "email", "again@example.com")).OrderID
			s.arrives(id, "STOCKED")
			want = append(want, fmt.Sprint(id))
		}
		s.stop()
		there := s.config
		away := there
		away.SMTPAddr, away.SMTPTLS = "127.0.0.1:1", "none" // nothing listens there
		away.Simulate = slices.DeleteFunc(slices.Clone(there.Simulate), func(name string) bool { return name == "mail" })
		s = startWith(t, away)
		stopped, would := s.tries("mail-again", "again@example.com"), s.tries("mail-again", "again@example.com")
		s.starts("mail-again", stopped).want(200)
		s.starts("mail-again", would).want(200)
		for _, id := range []string{stopped.ID, would.ID} {
			s.eventually("it says why it waits", func() bool { return s.job(id).Orders[0].Why != "" && s.job(id).Waiting == 12 })
		}
		s.call("POST", s.PrivateURL+"/bulk/stop", map[string]any{"id": stopped.ID}, "Authorization", "Bearer "+anns).want(200)
		if j := s.job(stopped.ID); j.State != "stopped" || j.StoppedBy != "ann" || j.Waiting != 12 {
			t.Errorf("%+v", j)
		}
		s.stop()
		s = startWith(t, there)
		if j := s.ends(would.ID); j.State != "done" || j.Done != 12 {
			t.Errorf("%+v", j)
		}
		for i, id := range want {
			want[i] = "bulk." + would.ID + "." + id
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, s.mailedAgain("again@example.com", would.ID)); diff != "" {
			t.Error(diff)
		}
		if sent := s.mailedAgain("again@example.com", stopped.ID); len(sent) != 0 {
			t.Errorf("a stopped job has sent %v", sent)
		}
		if actions := s.history(would.Orders[0]).titles("action"); !slices.Contains(actions, "mail-again") {
			t.Errorf("of the order: %v", actions)
		}
	})
}

// TestTwoCopiesDoAJobOnce: each mail is sent by one of them, also when the one that works on the job stops.
func TestTwoCopiesDoAJobOnce(t *testing.T) {
	t.Parallel()
	database := app.Secret(pgtest.Database(t))
	copied := func(c *app.Config) {
		c.DatabaseURL, c.LinkSecret = database, []app.Secret{"the link secret of both copies of the shop"}
	}
	first := start(t, copied, operated)
	second := start(t, copied, operated)
	var last int64
	for i := range 30 {
		last = first.create(realOrder(fmt.Sprintf("Copied %d", i), "email", "copied@example.com")).OrderID
	}
	first.arrives(last, "STOCKED")
	would := first.tries("cancel", "copied@example.com")
	first.starts("cancel", would).want(200)
	first.eventually("it is under way", func() bool { return first.job(would.ID).Done > 0 })
	first.stop()
	if j := second.ends(would.ID); j.Done != 30 || j.Refused != 0 {
		t.Errorf("after the other one stopped: %+v", j)
	}
	for _, id := range would.Orders {
		if actions := second.history(id).titles("action"); !slices.Equal(actions, []string{"cancel"}) {
			t.Errorf("order %d: %v", id, actions)
		}
	}
}
