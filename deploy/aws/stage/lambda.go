package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

const (
	initWithin = 10 * time.Second // Lambda's limit for a bootstrap's start
	maxAsync   = 100_000          // calls that wait for a function; more would be a fault of the stage
)

// errThrottled means that a function has its maximum of instances, and all are busy.
var errThrottled = errors.New("throttled: the function has no instance free")

// function is a Lambda function: its settings, its instances, and its waiting calls.
type function struct {
	id, name, arn     string
	bootstrap, folder string
	env               []string
	timeout           time.Duration
	limit             int           // instances; more calls are throttled
	patience          time.Duration // how long a call waits for an instance: 0 with reserved concurrency, which throttles at once
	log               io.Writer
	async             asyncPolicy
	trouble           *trouble
	stats             stats

	mu        sync.Mutex
	idle      []*instance
	instances map[*instance]bool
	freed     chan struct{} // signalled when an instance is free or gone
	queue     chan asyncCall
}

// rest records that an instance is idle. The most recent one is used first, as Lambda seems to do.
func (f *function) rest(i *instance) {
	f.mu.Lock()
	f.idle = append(f.idle, i)
	f.mu.Unlock()
	f.wake()
}

func (f *function) wake() {
	select {
	case f.freed <- struct{}{}:
	default: // it is signalled already
	}
}

// take returns a free instance, or starts one. It waits at most the function's patience.
func (f *function) take(ctx context.Context) (*instance, bool, error) {
	end := time.NewTimer(f.patience)
	defer end.Stop()
	for {
		i, fresh, err := f.tryTake()
		if i != nil || err != nil {
			return i, fresh, err
		}
		select {
		case <-f.freed:
		case <-end.C:
			return nil, false, errThrottled
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

func (f *function) tryTake() (*instance, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n := len(f.idle); n > 0 {
		i := f.idle[n-1]
		f.idle = f.idle[:n-1]
		if n > 1 {
			f.wake() // there are more
		}
		return i, false, nil
	}
	if len(f.instances) >= f.limit {
		return nil, false, nil
	}
	i, err := f.boot()
	if err != nil {
		return nil, false, err
	}
	f.instances[i] = true
	go func() {
		<-i.gone
		f.forget(i)
	}()
	return i, true, nil
}

// forget drops an instance whose process has ended.
func (f *function) forget(i *instance) {
	f.mu.Lock()
	delete(f.instances, i)
	f.idle = slices.DeleteFunc(f.idle, func(other *instance) bool { return other == i })
	f.mu.Unlock()
	f.wake()
}

// invoke calls the function and waits for its outcome. The error is errThrottled, the context's, or the stage's own.
func (f *function) invoke(ctx context.Context, payload []byte) (outcome, error) {
	i, fresh, err := f.take(ctx)
	if err != nil {
		if errors.Is(err, errThrottled) {
			f.stats.throttle()
		}
		return outcome{}, err
	}
	if fresh {
		if out := f.initialized(i); out.fault != "" {
			return out, nil
		}
	}
	return f.run(ctx, i, payload), nil
}

// initialized waits until a new instance asks for its first call.
func (f *function) initialized(i *instance) outcome {
	begun := time.Now()
	late := time.NewTimer(initWithin)
	defer late.Stop()
	select {
	case <-i.ready:
		f.stats.started(time.Since(begun))
		return outcome{}
	case <-late.C:
		i.kill()
	case <-i.gone:
	}
	return f.failed("Runtime.ExitError", "the bootstrap did not start")
}

// run passes a call to an instance, and returns its outcome. An instance that is late or dies is dropped.
func (f *function) run(ctx context.Context, i *instance, payload []byte) outcome {
	begun := time.Now()
	call := &invocation{
		id: requestID(), payload: payload, deadline: begun.Add(f.timeout), trace: traceID(begun), outcome: make(chan outcome, 1),
	}
	late := time.NewTimer(f.timeout)
	defer late.Stop()
	select {
	case i.calls <- call:
	case <-i.gone:
		return f.failed("Runtime.ExitError", "the instance is gone")
	}
	defer f.trouble.about(f, i, payload)()
	select {
	case out := <-call.outcome:
		f.stats.ended(time.Since(begun), i.memory(), out.fault)
		return out
	case <-late.C:
		i.kill()
		return f.failed("Sandbox.Timedout", fmt.Sprintf("Task timed out after %v", f.timeout))
	case <-i.gone:
		select {
		case out := <-call.outcome: // it answered, and died of something later
			return out
		default:
		}
		return f.failed("Runtime.ExitError", "RequestId: "+call.id+" Error: Runtime exited")
	}
}

// failed is the outcome of a call without an answer.
func (f *function) failed(kind, message string) outcome {
	f.stats.ended(0, 0, kind)
	return outcome{encode(map[string]string{"errorType": kind, "errorMessage": message}), "Unhandled"}
}

// stop ends all instances properly, and waits for their processes.
func (f *function) stop() {
	f.mu.Lock()
	all := make([]*instance, 0, len(f.instances))
	for i := range f.instances {
		all = append(all, i)
	}
	f.limit = 0
	f.mu.Unlock()
	var ending sync.WaitGroup
	for _, i := range all {
		ending.Go(i.shutdown)
	}
	ending.Wait()
}

// requestID has the form of Lambda's.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// traceID has the form of X-Ray's.
func traceID(at time.Time) string {
	var b [20]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=1", at.Unix(), b[:12], b[12:])
}
