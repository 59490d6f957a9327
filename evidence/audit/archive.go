package audit

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"io"
	"strings"
)

// kept is an event in the archive.
type kept struct {
	ID, Type, Source, Data string
	Time                   int64
	Receipts               []struct {
		Subscriber, State string
		Attempts          int
		LastError         []byte
		ChangedAt         int64
	}
}

// largest bounds an unpacked history, in bytes.
const largest = 16 << 20

// archived adds the events and receipts of a page's archived orders.
func (s *snapshot) archived(ctx context.Context, byID map[int64]*life, after, last int64) error {
	return s.each(ctx, func(scan func(...any) error) error {
		var id int64
		var packed []byte
		if err := scan(&id, &packed); err != nil {
			return err
		}
		if l := s.of(byID, id); l != nil {
			l.unpack(packed)
		}
		return nil
	}, `SELECT order_id, history FROM archive WHERE order_id > $1 AND order_id <= $2`, after, last)
}

// unpack puts an archived history before the journal's events.
func (l *life) unpack(packed []byte) {
	l.archived, l.since = true, l.events
	var all []kept
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(io.LimitReader(r, largest)).Decode(&all)
	}
	if err != nil {
		l.unreadable = err.Error()
		return
	}
	events := make([]event, len(all))
	for i, k := range all {
		events[i] = event{id: k.ID, kind: k.Type, source: k.Source, data: k.Data, time: k.Time}
		for _, r := range k.Receipts {
			events[i].receipts = append(events[i].receipts, receipt{eventID: k.ID, subscriber: r.Subscriber, state: r.State, lastError: string(r.LastError), attempts: r.Attempts, changedAt: r.ChangedAt})
		}
	}
	l.events = append(events, l.events...)
}

// checkArchive checks that nothing was left to do for an order when it was archived.
func checkArchive(_ *look, l *life, v verdict) {
	if !l.archived {
		return
	}
	v.expect(l.unreadable == "", "a history that can be read", "%s", l.unreadable)
	kept := l.events[:len(l.events)-len(l.since)]
	for _, e := range l.since {
		v.expect(len(kept) == 0 || e.id > kept[len(kept)-1].id, "only what came later in the journal", "%s at %s", e.kind, moment(e.time))
	}
	v.expect(l.ended(), "an order that has ended", "it is %s", l.status)
	v.expect(l.status != cancelled || len(l.since) > 0 || !l.paid() || l.total == 0 || l.refunds != "", "money that is given back", "no refund")
	var left []string
	for _, e := range kept {
		for _, r := range e.receipts {
			if r.state != "done" && r.state != "discarded" {
				left = append(left, r.subscriber+" is "+r.state)
			}
		}
	}
	v.expect(len(left) == 0, "nothing left to be done", "%s", strings.Join(left, ", "))
}
