package simulator_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/partner/simulator"
)

func TestRecordsTellWhatWasDone(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.FixedZone("MX", -6*3600))
	p := partners(t, simulator.Config{Now: func() time.Time { return at }})
	kinds := map[string]string{
		simulator.PaymentsUS: "charge succeeded", simulator.PaymentsMX: "charge succeeded", simulator.Stockist: "refill ready",
		simulator.Carrier: "consignment booked", simulator.Bookkeeping: "entry booked", simulator.Screening: "check passed",
	}
	for _, j := range jobs {
		answer := decode[simulator.Record](t, post(p, j.url(), "key:1", j.body))
		got := records(t, p, j.partner)
		if len(got) != 1 || got[0].Kind+" "+got[0].Status != kinds[j.partner] || got[0].Reference == "" {
			t.Fatalf("%s has the records %+v", j.partner, got)
		}
		if diff := cmp.Diff(answer, got[0]); diff != "" {
			t.Errorf("%s answered something else than it recorded: %s", j.partner, diff)
		}
		want := simulator.Record{
			Sequence: 1, At: at.UTC(), Kind: got[0].Kind, Key: "key:1", Reference: got[0].Reference, Status: got[0].Status,
			Request: json.RawMessage(j.body),
		}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRecordsAreReadInPages(t *testing.T) {
	p := partners(t, simulator.Config{})
	const all = 250
	for i := range all {
		post(p, jobs[4].url(), fmt.Sprint("key:", i), jobs[4].body)
	}
	for _, c := range []struct {
		query string
		pages []int
	}{{"", []int{100, 100, 50, 0}}, {"&limit=60", []int{60, 60, 60, 60, 10, 0}}} {
		after, seen := int64(0), int64(0)
		for _, want := range c.pages {
			page := pageOf(t, p, simulator.Bookkeeping, fmt.Sprintf("?after=%d%s", after, c.query))
			if len(page.Records) != want {
				t.Errorf("after %d%s: %d records, want %d", after, c.query, len(page.Records), want)
			}
			for _, r := range page.Records {
				if seen++; r.Sequence != seen {
					t.Fatalf("record %d has the sequence %d", seen, r.Sequence)
				}
			}
			after = page.Next
		}
		if seen != all {
			t.Errorf("%d records were read, want %d", seen, all)
		}
	}
}

func TestBadPagesAreRefused(t *testing.T) {
	p := partners(t, simulator.Config{})
	for query, name := range map[string]string{
		"?after=-1": "after", "?after=x": "after", "?after=9223372036854775807": "after",
		"?limit=0": "limit", "?limit=101": "limit",
	} {
		wantProblem(t, query, ask(p.Handler(), "GET", "/books/records"+query, "", ""), 400, name)
	}
	if page := pageOf(t, p, simulator.Bookkeeping, "?after=9223372036854775806"); len(page.Records) != 0 {
		t.Errorf("there are records after the last one: %+v", page)
	}
}

func TestTheOldestRecordsAreForgotten(t *testing.T) {
	start := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	now := start
	p := partners(t, simulator.Config{KeepBytes: 3 * 256, Now: func() time.Time { return now }})
	j := jobs[0]
	if page := pageOf(t, p, j.partner, ""); !page.Since.Equal(start) {
		t.Errorf("a new partner remembers since %v, want its start", page.Since)
	}
	for i := 1; i <= 8; i++ {
		now = start.Add(time.Duration(i) * time.Minute)
		post(p, j.url(), fmt.Sprint("key:", i), j.body)
	}
	page := pageOf(t, p, j.partner, "")
	keys := ""
	for _, r := range page.Records {
		keys += r.Key + " "
	}
	if keys != "key:6 key:7 key:8 " || page.Forgotten != 5 || page.Next != 8 {
		t.Errorf("kept are %s, forgotten %d, next %d; want the newest three of eight", keys, page.Forgotten, page.Next)
	}
	if at := page.Since.Sub(start); at != 5*time.Minute {
		t.Errorf("it remembers since %v after its start, want since the fifth", at)
	}
	if same := decode[simulator.Page](t, ask(p.Knobs(), "GET", "/partners/"+j.partner+"/records", "", "")); len(same.Records) != 3 {
		t.Errorf("the operator sees %+v", same)
	}
	if w := ask(p.Handler(), "GET", "/payments-us/charges/key:5", "", ""); w.Code != 404 {
		t.Errorf("a forgotten charge is found: %d", w.Code)
	}
	if w := ask(p.Handler(), "GET", "/payments-us/charges/key:6", "", ""); w.Code != 200 {
		t.Errorf("a kept charge is not found: %d", w.Code)
	}
	if got := decode[simulator.Record](t, post(p, j.url(), "key:5", j.body)); got.Sequence != 9 {
		t.Errorf("a forgotten key is still remembered: %+v", got)
	}
}
