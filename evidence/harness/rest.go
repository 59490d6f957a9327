package harness

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Rest waits until all customers have what they want and nothing is pending for any order, or the time is over. It
// replays dead letters, as an operator would.
func (w *Witness) Rest(ctx context.Context, over time.Time) error {
	select {
	case <-w.market.done:
	case <-time.After(time.Until(over)):
	case <-ctx.Done():
		return ctx.Err()
	}
	all, err := w.everything(ctx)
	if err != nil {
		return err
	}
	replayed := map[[2]string]bool{}
	for look := 1; ; look++ {
		var waiting []int64
		for id, o := range all {
			if o.unrest() != "" {
				waiting = append(waiting, id)
				w.replay(ctx, o, replayed)
			}
		}
		slices.Sort(waiting)
		w.Found.all, w.Found.Replayed = all, len(replayed)
		if len(waiting) == 0 || time.Now().After(over) {
			return nil
		}
		if look%10 == 0 {
			w.say("%4d orders are not at rest, e.g. %d: %s", len(waiting), waiting[0], all[waiting[0]].unrest())
		}
		if !Sleep(ctx, time.Second) {
			return ctx.Err()
		}
		again, err := w.fetchAll(ctx, waiting)
		if err != nil {
			return err
		}
		for id, o := range again {
			all[id] = o
		}
	}
}

// replay makes the dead letters of an order due again, each once.
func (w *Witness) replay(ctx context.Context, o *stored, replayed map[[2]string]bool) {
	for _, letter := range o.parked() {
		if replayed[letter] {
			continue
		}
		replayed[letter] = true
		at := fmt.Sprintf("%s/deadletters/%s/%s/replay", w.Private, url.PathEscape(letter[0]), url.PathEscape(letter[1]))
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, nil)
		if err != nil {
			continue
		}
		w.asOperator(req)
		if res, err := w.market.client.http.Do(req); err == nil { // a dead letter that was not replayed is reported at the end
			_ = res.Body.Close()
		}
	}
}

// lowestFrom returns the lowest number, at least from, of an order that a client knows; 0 if there is none.
func (m *market) lowestFrom(from int64) (id int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.purchases {
		if p.id >= from && (id == 0 || p.id < id) {
			id = p.id
		}
	}
	return id
}
