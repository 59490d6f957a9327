package stripe

import (
	"context"
	"fmt"
	"log/slog"
)

// notices is the library's log: of what it says, only Stripe's notices to the shop are kept. Errors are returned as well, and
// what they quote does not belong in a log.
type notices struct{ log *slog.Logger }

func (n notices) Warnf(ctx context.Context, format string, args ...any) {
	n.log.WarnContext(ctx, "Stripe gives notice", "notice", fmt.Sprintf(format, args...))
}

func (notices) Debugf(context.Context, string, ...any) {}
func (notices) Infof(context.Context, string, ...any)  {}
func (notices) Errorf(context.Context, string, ...any) {}
