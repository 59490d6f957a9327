package torture

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/evidence/harness"
)

// drain starts the shop for the last time, with working partners, and waits until all customers have what they want and
// nothing is pending, for a bounded time.
func (t *run) drain(ctx context.Context) error {
	t.say("The last life: all partners do what they are asked for; waiting until nothing is left to be done …")
	begun := time.Now()
	if err := t.Turn(ctx, nil); err != nil {
		return err
	}
	t.CalmMails()
	if err := t.shop.start(""); err != nil {
		return err
	}
	if err := t.shop.ready(ctx); err != nil {
		return fmt.Errorf("the last life: %w; the end of its log:\n%s", err, harness.Tail(t.shop.log.Name()))
	}
	err := t.Rest(ctx, begun.Add(t.cfg.Drain))
	t.report.DrainSeconds = seconds(time.Since(begun))
	return err
}
