package telemetry

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
)

const (
	// calm is how long a warning or error must not recur for its cause to be over.
	calm = 90 * time.Second
	// remindEvery is how often a recurring line is written again, with its count.
	remindEvery = 10 * time.Minute
	// maxFolds bounds the remembered lines; others are written each time.
	maxFolds = 1000
)

// folds keeps an outage from filling the log. Of warnings and errors with the same message, level and cause, the first
// is written at once. The others are counted, and written as one line when they have ended, and every ten minutes.
type folds struct {
	mu   sync.Mutex
	seen map[string]*fold
}

// fold is a line that was written.
type fold struct {
	since, told time.Time
	times       int                              // repetitions since it was last written
	write       func(times int, since time.Time) // writes the newest of them
	over        *time.Timer
}

// again reports whether a line repeats an earlier one, and counts it then.
func (f *folds) again(key string, write func(times int, since time.Time)) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.seen[key]
	if one == nil {
		if len(f.seen) < maxFolds {
			one = &fold{since: time.Now(), told: time.Now()}
			one.over = time.AfterFunc(calm, func() { f.end(key, one) })
			f.seen[key] = one
		}
		return false
	}
	one.times++
	one.write = write
	one.over.Reset(calm)
	if time.Since(one.told) >= remindEvery {
		one.tell()
	}
	return true
}

// end drops a line that has not recurred for a while.
func (f *folds) end(key string, one *fold) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[key] == one {
		delete(f.seen, key)
		one.tell()
	}
}

// all writes the counts of all lines, as if all had ended.
func (f *folds) all() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, one := range f.seen {
		one.over.Stop()
		delete(f.seen, key)
		one.tell()
	}
}

// tell writes the count.
func (o *fold) tell() {
	if o.times > 0 {
		o.write(o.times, o.since)
	}
	o.times, o.told = 0, time.Now()
}

// passing are attributes that may differ among lines of one cause. The order is not among them, since an error may
// concern an order that needs attention.
var passing = map[string]bool{
	"event": true, "subscriber": true, "consumer": true, "type": true, "attempts": true, "wait": true, "after": true, "trace": true,
}

// varied are attributes whose numbers differ among lines of one cause.
var varied = map[string]bool{"error": true, "path": true}

// foldKey returns what lines of one cause have in common, or "" for a line that is always written.
func foldKey(ctx context.Context, r slog.Record) string {
	if r.Level < slog.LevelWarn || ctx.Value(eachKey{}) != nil {
		return ""
	}
	var key strings.Builder
	key.WriteString(r.Level.String() + " " + r.Message)
	r.Attrs(func(a slog.Attr) bool {
		order := a.Key == "order"
		switch {
		case passing[a.Key] || order && r.Level < slog.LevelError:
		case order:
			key.WriteString(" " + a.Value.String())
		case varied[a.Key]:
			key.WriteString(" " + withoutNumbers(unquoted(a).Value.String()))
		default:
			key.WriteString(" " + unquoted(a).Value.String())
		}
		return true
	})
	return key.String()
}

// withoutNumbers removes the words with digits from a text: ids, ports, counts, times. A partner's answer is the cause
// itself.
func withoutNumbers(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var kept []string
	for i, w := range words {
		if !strings.ContainsFunc(w, unicode.IsDigit) || i > 0 && words[i-1] == "answered" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

type eachKey struct{}

// EachLine returns a context whose log lines are all written, even if they repeat.
func EachLine(ctx context.Context) context.Context { return context.WithValue(ctx, eachKey{}, true) }
