package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"acme.example/webshop/app"
)

const (
	// leastRound is the shortest duration of a round: every part runs once or twice.
	leastRound = 3 * time.Second
	// roundMargin is left of an invocation to end it properly, so that a payment's query is not dropped midway.
	roundMargin = 10 * time.Second
)

// round runs the background work while there is something to do, and then reports the shop's state.
func (f *Function) round(ctx context.Context) error {
	going, end := context.WithTimeout(ctx, f.cfg.RelayFor)
	defer end()
	if deadline, ok := ctx.Deadline(); ok {
		var endEarly context.CancelFunc
		going, endEarly = context.WithDeadline(going, deadline.Add(-roundMargin))
		defer endEarly()
	}
	var work sync.WaitGroup
	work.Go(func() { f.shop.GoOn(going) })
	work.Go(func() { f.publisher.Run(going) })
	f.whileBusy(going)
	end()
	work.Wait()
	vitals, err := f.shop.Vitals(ctx)
	if err != nil {
		return fmt.Errorf("relay: %w", err)
	}
	return f.tell(vitals)
}

// whileBusy waits until there is nothing left to do, or the context ends.
func (f *Function) whileBusy(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for begun := f.now(); ; {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if f.now().Sub(begun) < leastRound {
			continue
		}
		if busy, err := f.shop.Busy(ctx); err == nil && !busy {
			return
		}
	}
}

// tell writes the shop's state in the form from which CloudWatch makes metrics (embedded metric format).
func (f *Function) tell(v app.Vitals) error {
	names := []map[string]string{}
	for _, name := range []string{"DeadLetters", "OverdueReceipts", "OverdueOrders", "OpenAlerts", "OutboxAgeSeconds"} {
		unit := "Count"
		if name == "OutboxAgeSeconds" {
			unit = "Seconds"
		}
		names = append(names, map[string]string{"Name": name, "Unit": unit})
	}
	line, err := json.Marshal(map[string]any{
		"_aws": map[string]any{
			"Timestamp":         f.now().UnixMilli(),
			"CloudWatchMetrics": []any{map[string]any{"Namespace": "Webshop", "Dimensions": [][]string{{"Stack"}}, "Metrics": names}},
		},
		"Stack": f.cfg.MetricsStack, "DeadLetters": v.DeadLetters, "OverdueReceipts": v.OverdueEvents, "OverdueOrders": v.OverdueOrders,
		"OpenAlerts": v.OpenAlerts, "OutboxAgeSeconds": v.OutboxAge.Seconds(),
	})
	if err == nil {
		_, err = io.WriteString(f.metrics, string(line)+"\n")
	}
	return err
}
