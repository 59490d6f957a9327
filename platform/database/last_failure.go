package database

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// lastFailure is why a background job fails, for its alert.
type lastFailure struct{ text atomic.Pointer[string] }

// note keeps why a job failed, or that it did not, and logs a reason that is new.
func (f *lastFailure) note(ctx context.Context, log *slog.Logger, what string, err error) {
	if err == nil {
		f.text.Store(nil)
		return
	}
	text := err.Error()
	if last := f.text.Swap(&text); ctx.Err() == nil && (last == nil || *last != text) {
		log.Warn(what, "error", err)
	}
}

// Failing returns why the job fails; "" if nothing is known to be wrong.
func (f *lastFailure) Failing() string {
	if text := f.text.Load(); text != nil {
		return *text
	}
	return ""
}
