package audit

import (
	"context"
	"encoding/json"
	"fmt"
)

// complaint is what a customer said is wrong, and what was decided.
type complaint struct {
	Number      int
	State       string
	Refund      int
	Replacement int64
}

// complaintStates are the states of a complaint that has its answer, and whether a refund is made for it.
var complaintStates = map[string]bool{"refunded": true, "partly-refunded": true, "replaced": false, "refused": false}

// readComplaints reads the column of the orders; an order that nobody complained about has no text there.
func (l *life) readComplaints(column string) error {
	if column == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(column), &l.complaints); err != nil {
		return fmt.Errorf("the complaints of order %d: %w", l.id, err)
	}
	return nil
}

// checkComplaints compares the order's complaints with the journal, and their answers with its refunds.
func checkComplaints(_ *look, l *life, v verdict) {
	made, answered := map[int64]int{}, map[int64]string{}
	for _, e := range l.events {
		switch p := e.payload(); e.kind {
		case "ComplaintMade":
			made[p.Complaint]++
		case "ComplaintAnswered":
			v.expect(answered[p.Complaint] == "", "one answer to each complaint", "another one to %d", p.Complaint)
			answered[p.Complaint] = p.Outcome
		}
	}
	open := 0
	for i, c := range l.complaints {
		number := int64(c.Number)
		v.expect(c.Number == i+1 && made[number] == 1, fmt.Sprintf("complaint %d, and one ComplaintMade of it", i+1), "number %d, %d events", c.Number, made[number])
		delete(made, number)
		if c.State == "open" {
			open++
			v.expect(answered[number] == "", "no answer to a complaint that is open", "%s", answered[number])
			continue
		}
		v.expect(answered[number] == c.State, "the answer that the journal has: "+answered[number], "%s", c.State)
		l.expectAnswer(c, v)
	}
	v.expect(open <= 1, "one open complaint", "%d", open)
	v.expect(len(made) == 0, "a complaint of each ComplaintMade", "none of %v", made)
}

// expectAnswer expects the refund of a complaint that was answered with one.
func (l *life) expectAnswer(c complaint, v verdict) {
	refunds, known := complaintStates[c.State]
	v.expect(known, "a state that is known", "%q", c.State)
	v.expect((c.State == "replaced") == (c.Replacement != 0), "a replacement just when it was decided", "%s by order %d", c.State, c.Replacement)
	if !refunds {
		v.expect(c.Refund == 0, "no refund, since it is "+c.State, "refund %d", c.Refund)
		return
	}
	for _, r := range l.back {
		if r.Number == c.Refund {
			v.expect(r.Reason == complained && r.State != isWithdrawn && r.State != isRefused, "a refund for the complaint", "%s, for %q", r.State, r.Reason)
			return
		}
	}
	v.expect(false, "a refund, since it is "+c.State, "refund %d is not there", c.Refund)
}

// checkReplacements expects an order and its replacement to name each other.
func checkReplacements(ctx context.Context, k *look, s *snapshot, v verdict) error {
	if k.partial() {
		return nil
	}
	made, err := s.replacements(ctx)
	if err != nil {
		return err
	}
	err = s.each(ctx, func(scan func(...any) error) error {
		var id, total int64
		var text string
		if err := scan(&id, &total, &text); err != nil {
			return err
		}
		var terms struct{ Replaces int64 }
		if err := json.Unmarshal([]byte(text), &terms); err != nil {
			return fmt.Errorf("terms of an order: %w", err)
		}
		v.expect(made[id] == terms.Replaces, fmt.Sprintf("order %d replaces order %d", id, terms.Replaces), "the complaints of that do not say so")
		v.expect(total == 0, fmt.Sprintf("order %d costs nothing, since it replaces another", id), "it costs %d", total)
		delete(made, id)
		return nil
	}, `SELECT order_id, total_price, terms FROM orders WHERE terms LIKE '%"replaces":%'`)
	for id, old := range made {
		v.expect(false, fmt.Sprintf("order %d, which replaces order %d", id, old), "none that says so")
	}
	return err
}

// replacements are the orders that complaints were answered with, and the orders that they replace.
func (s *snapshot) replacements(ctx context.Context) (map[int64]int64, error) {
	made := map[int64]int64{}
	return made, s.each(ctx, func(scan func(...any) error) error {
		var l life
		var text string
		if err := scan(&l.id, &text); err != nil {
			return err
		}
		err := l.readComplaints(text)
		for _, c := range l.complaints {
			if c.Replacement != 0 {
				made[c.Replacement] = l.id
			}
		}
		return err
	}, `SELECT order_id, complaints FROM orders WHERE complaints LIKE '%"replacement":%'`)
}
