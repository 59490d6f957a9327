package audit

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// beat is one step of a patrol: what it checked and found.
type beat struct {
	*look
	single  map[int64]bool // orders that it checked individually
	seen    string         // the newest event whose order is among them
	inRound bool           // it checked orders of the round
	after   int64          // those after this one
	through int64          // up to this one
	ofRound int            // their number
	whole   bool           // the round is over, and the checks of all orders together were made
}

// atEnd are the checks of all orders together that a patrol makes at the end of a round.
var atEnd = []string{"move.slots", "move.stock", "move.claims"}

// covers reports whether this step would have found an earlier finding again.
func (b *beat) covers(f Found) bool {
	if slices.Contains(atEnd, f.Check) {
		return b.whole
	}
	return b.single[f.OrderID] || b.inRound && f.OrderID > b.after && f.OrderID <= b.through
}

func (p *Patrol) newBeat() *beat {
	b := &beat{look: newLook(p.a, nil), single: map[int64]bool{}, seen: p.state.Seen, after: p.state.Next}
	b.at = p.Config.Now()
	return b
}

// first checks the next orders: those that changed, those with findings, and the next ones of the round.
func (p *Patrol) first(ctx context.Context) (*beat, error) {
	s, err := p.a.db.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer s.end()
	b := p.newBeat()
	var ids []int64
	settled := idAt(b.at.Add(-settledAfter))
	if ids, b.seen, err = s.changed(ctx, p.after(b.at, settled), settled); err != nil {
		return nil, err
	}
	room := atOnce - len(ids)
	if b.at.Sub(p.again) >= againEvery || b.at.Before(p.again) {
		p.again = b.at
		for _, f := range p.state.Found {
			ids = append(ids, f.OrderID)
		}
	}
	if err := b.each(ctx, s, ids); err != nil {
		return nil, err
	}
	if p.state.roundDue(b.at) {
		err = b.round(ctx, s, room)
	}
	return b, err
}

// after returns the event after which the patrol continues: the last one that it has seen, unless that is too old, or in
// the future because the clock was set back. Then, and at first, earlier events are left to the round.
func (p *Patrol) after(at time.Time, settled string) string {
	if seen := p.state.Seen; seen >= idAt(at.Add(-mostBehind)) && seen <= settled {
		return seen
	}
	return settled
}

// confirm checks new findings again a little later, and drops those that no longer hold.
func (p *Patrol) confirm(ctx context.Context, b *beat) error {
	var ids []int64
	all := false
	for _, f := range b.findings {
		if !slices.ContainsFunc(p.state.Found, func(known Found) bool { return known.OrderID == f.OrderID && known.Check == f.Check }) {
			ids, all = append(ids, f.OrderID), all || slices.Contains(atEnd, f.Check)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	begun := time.Now()
	if err := sleep(ctx, p.Config.LookTime); err != nil {
		return err
	}
	p.slept += time.Since(begun)
	s, err := p.a.db.snapshot(ctx)
	if err != nil {
		return err
	}
	defer s.end()
	again := p.newBeat()
	for _, f := range b.findings {
		ids = append(ids, f.OrderID) // known ones are checked too, since keep drops what is not in both
		all = all || slices.Contains(atEnd, f.Check)
	}
	if err := again.each(ctx, s, ids); err != nil {
		return err
	}
	if all {
		if err := again.ofAll(ctx, s); err != nil {
			return err
		}
	}
	b.keep(again.findings)
	return nil
}

// each checks some orders.
func (b *beat) each(ctx context.Context, s *snapshot, ids []int64) error {
	for _, id := range ids {
		if id == 0 || b.single[id] {
			continue
		}
		b.single[id] = true
		page, _, err := s.page(ctx, id-1, id, 1)
		if err != nil {
			return err
		}
		b.ask(page, s)
	}
	return nil
}

// round checks the next orders of the round, and at its end all together.
func (b *beat) round(ctx context.Context, s *snapshot, orders int) error {
	page, through, err := s.page(ctx, b.after, lastNumber, orders)
	if err != nil {
		return err
	}
	b.inRound, b.through, b.ofRound = true, through, len(page)
	b.ask(slices.DeleteFunc(page, func(l *life) bool { return b.single[l.id] }), s)
	if through < lastNumber {
		return nil
	}
	b.whole = true
	return b.ofAll(ctx, s)
}

// ask runs every check on some orders, and finds rows without an order.
func (b *beat) ask(lives []*life, s *snapshot) {
	b.only = []int64{0} // skips the checks of all orders together
	for _, l := range lives {
		b.askOf(l)
	}
	for id := range s.strays {
		verdict{b.look, b.checks["move.stray"], id}.expect(false, "an order for each event, receipt and entry", "rows without it")
	}
	clear(s.strays)
}

// ofAll runs the patrol's checks of all orders together.
func (b *beat) ofAll(ctx context.Context, s *snapshot) error {
	b.only = nil
	for _, c := range checks {
		if slices.Contains(atEnd, c.name) {
			if err := c.whole(ctx, b.look, s, verdict{b.look, b.checks[c.name], 0}); err != nil {
				return err
			}
		}
	}
	return nil
}

// changed returns orders with events between two events, at most half of a step's, so that a busy shop does not stop the
// round, and their newest event.
func (s *snapshot) changed(ctx context.Context, after, before string) (ids []int64, seen string, err error) {
	seen = after
	full := false
	err = s.each(ctx, func(scan func(...any) error) error {
		var id int64
		var event string
		if err := scan(&id, &event); err != nil {
			return err
		}
		known := slices.Contains(ids, id)
		if full = full || !known && len(ids) == atOnce/2; full {
			return nil
		}
		if seen = event; !known {
			ids = append(ids, id)
		}
		return nil
	}, fmt.Sprintf(`SELECT order_id, CAST(event_id AS TEXT) FROM journal WHERE event_id > %s AND event_id < %s ORDER BY event_id LIMIT %d`,
		fmt.Sprintf(s.id, 1), fmt.Sprintf(s.id, 2), changes), after, before)
	return ids, seen, err
}

// idAt is before the ids of all events from a time on, and after those of earlier ones.
func idAt(at time.Time) string {
	ms := max(at.UnixMilli(), 0)
	return fmt.Sprintf("%08x-%04x-0000-0000-000000000000", ms>>16&0xffffffff, ms&0xffff)
}
