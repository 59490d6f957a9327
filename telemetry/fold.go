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
	// calm is for how long a warning or error must not be logged again for its cause to count as over.
	calm = 90 * time.Second
	// remindEvery is after how long a line that goes on being logged is written again, with how often it was.
	remindEvery = 10 * time.Minute
	// maxFolds bounds the lines that are remembered; others are written each time.
	maxFolds = 1000
)

// folds keeps an outage from filling the log. Of warnings and errors that say the same (message, level and cause; not of
// which event or subscriber), the first is written at once. Those that follow are counted, and written as one more line
// when they have ended, or each ten minutes as long as they go on.
type folds struct {
	mu   sync.Mutex
	seen map[string]*fold
}

// fold is a line that was written.
type fold struct {
	since, told time.Time
	times       int                              // it was logged again since it was written last
	write       func(times int, since time.Time) // writes the newest of them
	over        *time.Timer
}

// again reports whether a line follows one that says the same; then it is counted, and to be written by write.
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

// end forgets a line that has not been logged for a while.
func (f *folds) end(key string, one *fold) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[key] == one {
		delete(f.seen, key)
		one.tell()
	}
}

// all writes what was counted of every line, as if all had ended.
func (f *folds) all() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, one := range f.seen {
		one.over.Stop()
		delete(f.seen, key)
		one.tell()
	}
}

// tell writes what was counted.
func (o *fold) tell() {
	if o.times > 0 {
		o.write(o.times, o.since)
	}
	o.times, o.told = 0, time.Now()
}

// passing are attributes that differ among lines of one cause. An error may be about one order that someone must look
// after, so its order is not among them.
var passing = map[string]bool{
	"event": true, "subscriber": true, "consumer": true, "type": true, "attempts": true, "wait": true, "after": true, "trace": true,
}

// varied are attributes whose numbers differ among lines of one cause.
var varied = map[string]bool{"error": true, "path": true}

// foldKey is what lines of one cause have in common, or "" for a line that is always written.
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

// withoutNumbers leaves out the words of a text that have digits in them: ids, ports, counts, times. What a partner
// answered is the cause itself.
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

// EachLine returns a context whose log lines are written each by itself, though they may say the same.
func EachLine(ctx context.Context) context.Context { return context.WithValue(ctx, eachKey{}, true) }
