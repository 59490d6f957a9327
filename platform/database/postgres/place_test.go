package postgres_test

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/fault"
)

// located returns a store that has called Locate, as at a shop's start, and the moves that it reports.
func located(t *testing.T, url string) (*postgres.Store, *moves) {
	t.Helper()
	s, told := openAt(t, url, time.Now), &moves{}
	s.OnMoved(told.add)
	if err := s.Locate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s, told
}

type moves struct {
	mu  sync.Mutex
	all []database.Moved
}

func (m *moves) add(moved database.Moved) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, moved)
}

func (m *moves) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.all)
}

// ordered stores a new order.
func ordered(ctx context.Context, s *postgres.Store) (order.Order, error) {
	o, _, err := s.CreateOrder(ctx, order.Order{
		Status: order.PaymentPending, StatusAt: time.Now(), CreatedAt: time.Now(), CustomerType: "B2C", Market: "US",
		Products: event.ParseItems("LB001"), Total: money.Amount{Minor: 15000, Currency: "USD"}, PaymentProvider: "payments-us",
	}, order.IdempotencyKey{})
	return o, err
}

func mustOrder(t *testing.T, s *postgres.Store) order.Order {
	t.Helper()
	o, err := ordered(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// wantSkip fails unless an order has the first number after a restore, when known was the last known number.
func wantSkip(t *testing.T, o order.Order, known int64) {
	t.Helper()
	if want := database.FirstAfter(known); o.ID < want || o.ID > want+100 {
		t.Errorf("after order %d was the last one known, the next is %d, want some %d", known, o.ID, want)
	}
}

// TestADatabaseThatStaysSkipsNothing: over restarts of shops and of the server, for any user, and after a crash.
func TestADatabaseThatStaysSkipsNothing(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t)
	url := server.Database(t)
	for round := range 3 {
		s, told := located(t, url)
		if o := mustOrder(t, s); o.ID > 200 || told.count() != 0 {
			t.Errorf("round %d: order %d, told of %v", round, o.ID, told.all)
		}
		if err := server.Crash(); err != nil {
			t.Fatal(err)
		}
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAPromotedStandbyUnderARunningShop: the standby lacks the newest orders when it takes over. The running stores skip
// numbers, once for all of them; an older order keeps its reference.
func TestAPromotedStandbyUnderARunningShop(t *testing.T) {
	t.Parallel()
	primary := pgtest.New(t)
	url := primary.Database(t)
	t.Cleanup(func() { // so that its database can be dropped
		if err := primary.Start(); err != nil {
			t.Error(err)
		}
	})
	standby := primary.Standby(t)
	both := pgtest.Either(url, primary, standby)
	first, told := located(t, both)
	second, _ := located(t, both)
	kept := mustOrder(t, first)
	standby.CatchUp(t, primary)
	standby.Detach(t)
	lost := []order.Order{mustOrder(t, first), mustOrder(t, second), mustOrder(t, first)}
	if err := primary.Crash(); err != nil {
		t.Fatal(err)
	}
	standby.Promote(t)
	fresh := eventually(t, first)
	wantSkip(t, fresh, kept.ID)
	for range 3 {
		if o := eventually(t, second); o.ID <= fresh.ID || o.ID > fresh.ID+100 {
			t.Errorf("the next order is %d after %d", o.ID, fresh.ID)
		}
	}
	if told.count() != 1 || told.all[0].First > fresh.ID || !strings.Contains(told.all[0].Is, "timeline 00000002") {
		t.Errorf("told of %+v", told.all)
	}
	if got, err := first.Order(t.Context(), kept.ID); err != nil || got.Ref() != kept.Ref() {
		t.Errorf("order %s became %s, %v", kept.Ref(), got.Ref(), err)
	}
	for _, o := range lost {
		if _, err := first.Order(t.Context(), o.ID); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("order %d, of which the standby had not heard: %v", o.ID, err)
		}
	}
}

// eventually stores an order as soon as a server accepts it.
func eventually(t *testing.T, s *postgres.Store) order.Order {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		o, err := ordered(t.Context(), s)
		if err == nil {
			return o
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// TestACopyIsNotWhereItWas, however it was made: a dump in the same database, another one, or another server; an older
// snapshot of the files, which cannot be detected, needs Restored.
func TestACopyIsNotWhereItWas(t *testing.T) {
	t.Parallel()
	server, other := pgtest.New(t), pgtest.New(t)
	for name, restore := range map[string]func(t *testing.T, url, dump string) (copied string){
		"in its own database": func(t *testing.T, url, dump string) string {
			psql(t, url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"+dump)
			return url
		},
		"in another database": func(t *testing.T, _, dump string) string {
			to := server.Database(t)
			psql(t, to, dump)
			return to
		},
		"on another server": func(t *testing.T, _, dump string) string {
			to := other.Database(t)
			psql(t, to, dump)
			return to
		},
	} {
		t.Run(name, func(t *testing.T) {
			url := server.Database(t)
			s, _ := located(t, url)
			mustOrder(t, s)
			kept := mustOrder(t, s)
			dump, err := exec.CommandContext(t.Context(), "pg_dump", "--dbname", url).Output()
			if err != nil {
				t.Fatal(err)
			}
			mustOrder(t, s)
			restored, told := located(t, restore(t, url, string(dump)))
			o := mustOrder(t, restored)
			if wantSkip(t, o, kept.ID); told.count() != 1 || told.all[0].First != o.ID || o.Unique[:12] != kept.Unique[:12] {
				t.Errorf("told of %+v; order %s, after %s", told.all, o.Ref(), kept.Ref())
			}
			again, told := located(t, url)
			if next := mustOrder(t, again); told.count() != 0 && next.ID == o.ID {
				t.Errorf("at the next start: told of %+v; order %d", told.all, next.ID)
			}
		})
	}
}

func psql(t *testing.T, url, sql string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname", url)
	cmd.Stdin = strings.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// TestRestoredIsToldByHand, also while a shop runs, which then skips numbers.
func TestRestoredIsToldByHand(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	s, _ := located(t, url)
	before := mustOrder(t, s)
	hand, _ := located(t, url)
	first, err := hand.Restored(t.Context())
	if err != nil || first != database.FirstAfter(before.ID) {
		t.Errorf("Restored = %d, %v", first, err)
	}
	after := mustOrder(t, s)
	if after.ID != first {
		t.Errorf("the next order is %d, want %d", after.ID, first)
	}
	// A search covers the gap in one step.
	newest, err := s.Search(t.Context(), database.OrderQuery{Limit: 10})
	older, err2 := s.Search(t.Context(), database.OrderQuery{Limit: 10, Below: newest.Next})
	if err != nil || err2 != nil || len(newest.Orders) != 1 || len(older.Orders) != 1 || older.Orders[0].ID != before.ID || older.Next != 0 {
		t.Errorf("found %v, %v, and then %v, %v", newest, err, older, err2)
	}
}

// TestAnOrdinaryUserSeesAFailover: a user who may not read the control file, and owns nothing.
func TestAnOrdinaryUserSeesAFailover(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	openAt(t, url, time.Now)
	psql(t, url, `DO $$ BEGIN CREATE ROLE nosy LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
		REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC;
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO nosy; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO nosy;`)
	s, told := located(t, strings.Replace(url, "postgres@", "nosy@", 1))
	before := mustOrder(t, s)
	owner, ownersTold := located(t, url)
	if o := mustOrder(t, owner); o.ID != before.ID+1 || told.count()+ownersTold.count() != 0 {
		t.Errorf("order %d after %d, told of %v and %v: who sees more is not elsewhere", o.ID, before.ID, told.all, ownersTold.all)
	}
	psql(t, url, `UPDATE installation SET timeline = '00000009'`)
	wantSkip(t, mustOrder(t, s), before.ID+1)
	psql(t, url, `UPDATE installation SET system = '1'`)
	wantSkip(t, mustOrder(t, owner), database.FirstAfter(before.ID+1)+1)
}

// TestManyNoticeAMoveAtOnce: numbers are skipped once, and no order gets another one's.
func TestManyNoticeAMoveAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	first, told := located(t, url)
	second, toldSecond := located(t, url)
	before := mustOrder(t, first)
	psql(t, url, `UPDATE installation SET relation = 'elsewhere'`)
	var orders sync.WaitGroup
	ids := make(chan int64, 40)
	for i := range cap(ids) {
		orders.Go(func() {
			o, err := ordered(t.Context(), []*postgres.Store{first, second}[i%2])
			if err != nil {
				t.Error(err)
			}
			ids <- o.ID
		})
	}
	orders.Wait()
	close(ids)
	seen := map[int64]bool{}
	for id := range ids {
		wantSkip(t, order.Order{ID: id}, before.ID)
		seen[id] = true
	}
	if len(seen) != cap(ids) || told.count()+toldSecond.count() != 1 {
		t.Errorf("%d numbers for %d orders, told of %v and %v", len(seen), cap(ids), told.all, toldSecond.all)
	}
}

// TestALostVersionOfTheRulesIsNotGivenAgain: a running process has cached another text under its number.
func TestALostVersionOfTheRulesIsNotGivenAgain(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	s, told := located(t, url)
	activate := func(expect int64) int64 {
		t.Helper()
		a, err := s.ActivateRules(t.Context(), database.RulesWish{
			Expect: expect, New: &database.RulesVersion{Text: "rules", Format: 1}, Author: "Ann",
		})
		if err != nil {
			t.Fatal(err)
		}
		return a.Version
	}
	if first, second := activate(0), activate(1); first != 1 || second != 2 {
		t.Fatalf("versions %d and %d", first, second)
	}
	psql(t, url, `UPDATE installation SET timeline = '00000009'`)
	next := activate(2)
	if then := activate(next); next < 1000 || then != next+1 || told.count() != 1 {
		t.Errorf("version %d after 2, and then %d; told of %v", next, then, told.all)
	}
}
