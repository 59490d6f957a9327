package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// faked returns a function served by the fake bootstrap.
func faked(t *testing.T, limit int, timeout time.Duration) *function {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	f := &function{
		id: "Fake", name: "fake", arn: "arn:fake", bootstrap: self, folder: t.TempDir(), env: []string{"SAID=this"}, timeout: timeout,
		limit: limit, log: io.Discard, trouble: newTrouble(Trouble{}), instances: map[*instance]bool{}, freed: make(chan struct{}, 1),
		queue: make(chan asyncCall, 10),
	}
	t.Cleanup(f.stop)
	return f
}

func call(t *testing.T, f *function, do string) outcome {
	t.Helper()
	out, err := f.invoke(t.Context(), []byte(`{"do": "`+do+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestInstances(t *testing.T) {
	f := faked(t, 1, time.Minute)
	f.patience = time.Minute // until the first call's instance is free again
	first, second := call(t, f, "tell"), call(t, f, "tell")
	if string(first.payload) != string(second.payload) || !strings.Contains(string(first.payload), `"env": "this"`) {
		t.Errorf("two calls: %s and %s", first.payload, second.payload)
	}
	if out := call(t, f, "fail"); out.fault == "" || !strings.Contains(string(out.payload), "asked") {
		t.Errorf("an error: %+v", out)
	}
	if out := call(t, f, "die"); out.fault == "" || !strings.Contains(string(out.payload), "Runtime.ExitError") {
		t.Errorf("a death: %+v", out)
	}
	if third := call(t, f, "tell"); string(third.payload) == string(first.payload) {
		t.Errorf("after a death: %s", third.payload)
	}
	if out := call(t, f, "big"); !strings.Contains(string(out.payload), "ResponseSizeTooLarge") {
		t.Errorf("a large answer: %.100s", out.payload)
	}
	if f.stats.Cold != 2 || f.stats.Errors != 3 || f.stats.Memory == 0 {
		t.Errorf("%d cold starts, %d errors, %d bytes", f.stats.Cold, f.stats.Errors, f.stats.Memory)
	}
}

func TestIdleInstancesAreFrozen(t *testing.T) {
	f := faked(t, 1, time.Minute)
	var told struct{ Pid int }
	if err := json.Unmarshal(call(t, f, "tell").payload, &told); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the instance to be stopped", func() bool {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", told.Pid))
		return err == nil && strings.Contains(string(text), ") T ")
	})
}

func TestTimeout(t *testing.T) {
	f := faked(t, 1, 50*time.Millisecond)
	f.timeout = time.Minute
	call(t, f, "tell")
	f.patience, f.timeout = time.Minute, 50*time.Millisecond
	if out := call(t, f, "hang"); !strings.Contains(string(out.payload), "Sandbox.Timedout") {
		t.Errorf("%s", out.payload)
	}
}

func TestThrottle(t *testing.T) {
	f := faked(t, 1, time.Minute)
	ctx, end := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	busy.Go(func() { _, _ = f.invoke(ctx, []byte(`{"do": "hang"}`)) })
	eventually(t, "the instance to be busy", func() bool { f.stats.mu.Lock(); defer f.stats.mu.Unlock(); return f.stats.Cold == 1 })
	if _, err := f.invoke(t.Context(), []byte(`{}`)); !errors.Is(err, errThrottled) {
		t.Errorf("a call too many: %v", err)
	}
	f.stop() // ends the call that hangs
	end()
	busy.Wait()
}

func TestAsyncCallsAreTriedAndBuried(t *testing.T) {
	f := faked(t, 1, time.Minute)
	f.patience = time.Minute
	dead := &queue{visibility: time.Minute}
	f.async = asyncPolicy{retries: 2, maxAge: time.Hour, onFailure: dead, waits: func(int) time.Duration { return time.Millisecond }}
	ctx, end := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { f.work(ctx) })
	if err := f.send([]byte(`{"do": "fail"}`)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the call to be given up", func() bool { return dead.depth() == 1 })
	end()
	work.Wait()
	var record struct {
		RequestContext struct {
			Condition              string
			ApproximateInvokeCount int
		}
		RequestPayload, ResponsePayload map[string]string
	}
	if err := json.Unmarshal([]byte(dead.receive(1)[0].Body), &record); err != nil {
		t.Fatal(err)
	}
	if c := record.RequestContext; c.Condition != "RetriesExhausted" || c.ApproximateInvokeCount != 3 || record.RequestPayload["do"] != "fail" || record.ResponsePayload["errorType"] != "asked" {
		t.Errorf("%+v", record)
	}
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
