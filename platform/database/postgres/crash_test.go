package postgres_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/fault"
)

// customers order one after another until they are stopped, and keep what was acknowledged.
type customers struct {
	mu    sync.Mutex
	got   map[int64]bool
	stop  chan struct{}
	once  sync.Once
	group sync.WaitGroup
}

func order64(t *testing.T, store *postgres.Store) *customers {
	c := &customers{got: map[int64]bool{}, stop: make(chan struct{})}
	t.Cleanup(c.end)
	for range 64 {
		c.group.Go(func() {
			for {
				select {
				case <-c.stop:
					return
				default:
					c.order(t, store)
				}
			}
		})
	}
	return c
}

func (c *customers) order(t *testing.T, store *postgres.Store) {
	o, _, err := store.CreateOrder(context.Background(), draft(), order.IdempotencyKey{})
	if err != nil {
		if fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("while the server is away: %v", err)
		}
		time.Sleep(10 * time.Millisecond)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.got[o.ID] {
		t.Errorf("order %d was acknowledged twice", o.ID)
	}
	c.got[o.ID] = true
}

func (c *customers) end() {
	c.once.Do(func() { close(c.stop) })
	c.group.Wait()
}

func (c *customers) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.got)
}

// more waits until more orders have been taken.
func (c *customers) more(t *testing.T) {
	t.Helper()
	before := c.count()
	for end := time.Now().Add(time.Minute); c.count() < before+100; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no more orders are taken")
		}
	}
}

// TestTheServerIsKilledWhileOrdersComeIn: what was acknowledged is stored with its event, and the store recovers by
// itself.
func TestTheServerIsKilledWhileOrdersComeIn(t *testing.T) {
	server := pgtest.New(t, "-c", "fsync=off") // a killed process loses no file
	store := openAt(t, server.Database(t), time.Now)
	c := order64(t, store)
	for range 3 {
		c.more(t)
		if err := server.Crash(); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Counts(t.Context()); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("a read while the server is away: %v", err)
		}
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
	}
	c.more(t)
	c.end()
	counts, err := store.Counts(t.Context())
	if err != nil || counts.Orders[order.Created] < c.count() || counts.Pending != 2*counts.Orders[order.Created] {
		t.Fatalf("%d were acknowledged; %+v, %v", c.count(), counts, err)
	}
	for id := range c.got {
		if history, err := store.History(t.Context(), id); err != nil || len(history) != 1 {
			t.Fatalf("order %d was acknowledged and has %d events, %v", id, len(history), err)
		}
	}
	t.Logf("%d acknowledged, %d stored", c.count(), counts.Orders[order.Created])
}

// TestAServerThatHangsKeepsNoOneWaiting, and the store recovers when the server does.
func TestAServerThatHangsKeepsNoOneWaiting(t *testing.T) {
	server := pgtest.New(t, "-c", "fsync=off")
	store := openAt(t, server.Database(t), time.Now)
	if _, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); err != nil {
		t.Fatal(err)
	}
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	_, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{})
	if took := time.Since(begun); fault.CodeOf(err) != fault.Unavailable || took > 15*time.Second {
		t.Errorf("after %s: %v", took, err)
	}
	if err := server.Resume(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.CreateOrder(t.Context(), draft(), order.IdempotencyKey{}); err != nil {
		t.Errorf("when the server goes on: %v", err)
	}
}

// TestAnAddressWhereNoOneAnswersEndsTheStart, soon.
func TestAnAddressWhereNoOneAnswersEndsTheStart(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	begun := time.Now()
	_, err = postgres.Open(t.Context(), "postgres://shop@"+silent.Addr().String()+"/shop?sslmode=disable", time.Now)
	if took := time.Since(begun); err == nil || took > 10*time.Second {
		t.Errorf("after %s: %v", took, err)
	}
}
