package harness

import (
	"encoding/json"
	"testing"
)

// scene is one consistent order as its customer, the shop and the partners see it.
func scene(t *testing.T) (*judgement, *purchase, *stored) {
	t.Helper()
	p := &purchase{draft: draft{
		Email: "a@b.example", CustomerType: "B2C", Market: "US", Products: "LB001", TotalPrice: 15000,
	}, accepted: true, id: 7, tracking: "k"}
	o := &stored{}
	text := `{"orderId":7,"customerEmail":"a@b.example","orderedProducts":"LB001","totalPrice":15000,"amount":15000,"currency":"USD","status":"STOCKED",
		"paymentReference":"r1","ledger":[{"kind":"payment","currency":"USD","amount":15000},{"kind":"sale","currency":"USD","amount":15000}],
		"history":[{"id":"e1","type":"OrderPlaced","receipts":[{"subscriber":"email.OrderPlaced","state":"done"}]}]}`
	if err := json.Unmarshal([]byte(text), o); err != nil {
		t.Fatal(err)
	}
	r := &Findings{all: map[int64]*stored{7: o}}
	return &judgement{Findings: r, byEmail: map[string][]*stored{p.Email: {o}}, byID: map[int64]*purchase{}, held: map[string]int64{}}, p, o
}

func charge(reference string, amount int64) record {
	c := record{Kind: "charge", Key: "charge:7", Status: "succeeded", Reference: reference}
	c.Request.OrderID, c.Request.Amount, c.Request.Currency = 7, amount, "USD"
	return c
}

func TestWhatIsWrongIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*judgement, *purchase, *stored)
		count func(*Findings) int
	}{
		"lost": {func(j *judgement, p *purchase, _ *stored) { j.byEmail[p.Email] = nil }, func(r *Findings) int { return r.Lost }},
		"doubled": {func(j *judgement, p *purchase, o *stored) {
			j.byEmail[p.Email] = []*stored{o, {OrderID: 8, Status: "STOCKED"}}
		}, func(r *Findings) int { return r.Doubled }},
		"unclear":   {func(_ *judgement, p *purchase, _ *stored) { p.accepted = false }, func(r *Findings) int { return r.Unclear }},
		"price":     {func(_ *judgement, _ *purchase, o *stored) { o.TotalPrice++ }, func(r *Findings) int { return r.Wrong }},
		"cancelled": {func(_ *judgement, p *purchase, _ *stored) { p.cancelled = true }, func(r *Findings) int { return r.Wrong }},
		"booked":    {func(_ *judgement, p *purchase, _ *stored) { p.bookedFor = "1" }, func(r *Findings) int { return r.Wrong }},
		"declined":  {func(_ *judgement, p *purchase, _ *stored) { p.accepted, p.declined = false, true }, func(r *Findings) int { return r.Wrong }},
		"stuck":     {func(_ *judgement, _ *purchase, o *stored) { o.Status = "PLACED" }, func(r *Findings) int { return r.Unfinished }},
		"pending":   {func(_ *judgement, _ *purchase, o *stored) { o.History[0].Receipts[0].State = "pending" }, func(r *Findings) int { return r.Unfinished }},
		"stranger":  {func(j *judgement, _ *purchase, _ *stored) { j.byEmail["x@y.example"] = []*stored{{}} }, func(r *Findings) int { return r.Wrong }},
	} {
		j, p, o := scene(t)
		c.spoil(j, p, o)
		j.purchase(p)
		j.strangers()
		if n := c.count(j.Findings); n != 1 {
			t.Errorf("%s: counted %d times: %v", name, n, j.Problems)
		}
	}
	j, p, _ := scene(t)
	j.purchase(p)
	if j.strangers(); len(j.Problems) > 0 {
		t.Errorf("all is well, and %v", j.Problems)
	}
}

func TestMoneyThatIsWrongIsFound(t *testing.T) {
	good := []record{charge("r1", 15000)}
	again, refund := charge("r2", 15000), charge("re", 15000)
	again.Key += ".2"
	paidTwice := func(o *stored) {
		for _, kind := range []string{"overpayment.2", "overpaid-back.1"} {
			booked := o.Ledger[0]
			booked.Kind = kind
			o.Ledger = append(o.Ledger, booked)
		}
	}
	for name, c := range map[string]struct {
		charges     []record
		spoil       func(*stored)
		want, twice int
	}{
		"well":          {good, func(*stored) {}, 0, 0},
		"twice":         {append(good, charge("r2", 15000)), func(*stored) {}, 0, 1},
		"never":         {nil, func(*stored) {}, 1, 0},
		"another price": {[]record{charge("r1", 1)}, func(*stored) {}, 1, 0},
		"not in ledger": {good, func(o *stored) { o.Ledger = nil }, 1, 0},
		"declined":      {good, func(o *stored) { o.Status = "PAYMENT_DECLINED" }, 1, 0},
		"no refund":     {good, func(o *stored) { o.Status = "CANCELLED" }, 1, 0},
		"given back":    {append(good, again), paidTwice, 0, 0},
		"not booked":    {append(good, again), func(*stored) {}, 2, 0},
	} {
		j, p, o := scene(t)
		j.byID[7] = p
		c.spoil(o)
		if j.paid(o, c.charges, map[string][]record{again.Key: {refund}}); j.Unbooked != c.want || j.ChargedTwice != c.twice {
			t.Errorf("%s: unbooked %d, charged twice %d: %v", name, j.Unbooked, j.ChargedTwice, j.Problems)
		}
	}
}

func TestMailsAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		mails                     map[string]int
		missing, doubled, repeats int
	}{
		"well":             {map[string]int{"e1.email.OrderPlaced": 1}, 0, 0, 0},
		"missing":          {nil, 1, 0, 0},
		"over":             {nil, 0, 0, 0},
		"again":            {map[string]int{"e1.email.OrderPlaced": 3}, 0, 0, 2},
		"with a document":  {map[string]int{"e1.email.OrderPlaced": 1, "paper.US-2026-000001": 2}, 0, 0, 1},
		"under another id": {map[string]int{"e1.email.OrderPlaced": 1, "e2.email.OrderPlaced": 1}, 0, 1, 0},
	} {
		j, _, o := scene(t)
		if name == "over" {
			o.Status, o.History[0].Type = "CANCELLED", "OrderCreated"
		}
		if j.written(o, c.mails); j.MailsMissing != c.missing || j.MailsDoubled != c.doubled || j.MailsRepeated != c.repeats {
			t.Errorf("%s: %+v", name, j.Findings)
		}
	}
}

func TestGoodsAreCounted(t *testing.T) {
	for _, c := range []struct {
		status      string
		asked, sent int
		calledOff   bool
		want        int
	}{
		{"STOCKED", 1, 0, false, 0}, {"DELIVERY_BOOKED", 1, 1, false, 0}, {"CANCELLED", 0, 0, false, 0}, {"CANCELLED", 1, 1, true, 0},
		{"DELIVERY_BOOKED", 1, 2, false, 1}, {"DELIVERY_BOOKED", 2, 1, false, 1}, {"DELIVERY_BOOKED", 1, 0, false, 1}, {"STOCKED", 1, 1, false, 1},
		{"CANCELLED", 1, 1, false, 1}, {"DELIVERY_BOOKED", 1, 1, true, 1},
	} {
		j, _, o := scene(t)
		o.Status = c.status
		if j.delivered(o, c.asked, c.sent, c.calledOff); j.Wrong != c.want {
			t.Errorf("%+v: %v", c, j.Problems)
		}
	}
}
