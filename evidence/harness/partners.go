package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// partners are the simulated partners in a process of their own.
type partners struct {
	*Process
	url       string
	payWithin time.Duration // of payment pages; 0: as the shop says
}

// Knobs configure a partner; see the shop's /partners. Times are in milliseconds.
type Knobs struct {
	Latency                 int64   `json:"latency"`
	FailureRate             float64 `json:"failureRate"`
	TimeoutAfterSuccessRate float64 `json:"timeoutAfterSuccessRate"`
	DeclineRate             float64 `json:"declineRate"`
	RefuseRate              float64 `json:"refuseRate"`
	AnswerLater             int64   `json:"answerLater"`
	WebhookDelay            int64   `json:"webhookDelay"`
	WebhookLossRate         float64 `json:"webhookLossRate"`
	PayWithin               int64   `json:"payWithin"`
}

// Partners are the names of the partners of real orders.
var Partners = []string{"payments-us", "payments-mx", "screening", "stockist", "carrier", "books"}

// turn sets the knobs of all partners.
func (p *partners) turn(ctx context.Context, mood map[string]Knobs) error {
	for _, name := range Partners {
		knobs := mood[name]
		if name == paysOnPages {
			knobs.PayWithin = p.payWithin.Milliseconds()
		}
		body, err := json.Marshal(knobs)
		if err != nil {
			return err
		}
		if err := p.send(ctx, http.MethodPut, p.url+"/partners/"+name+"/knobs", body); err != nil {
			return fmt.Errorf("the knobs of %s: %w", name, err)
		}
	}
	return nil
}

func (p *partners) send(ctx context.Context, method, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", res.Status)
	}
	return nil
}

func (p *partners) stop() {
	if p != nil {
		p.Kill()
	}
}

// record is something that a partner did.
type record struct {
	Sequence  int64
	Kind      string
	Key       string
	Status    string
	Reference string
	Request   struct {
		OrderID   int64
		Amount    int64
		Currency  string
		Kind      string
		ChargeKey string
		Time      time.Time
	}
}

// records returns all records of a partner.
func (p *partners) records(ctx context.Context, name string) (all []record, err error) {
	for after := int64(0); ; {
		var page struct {
			Records []record
			Next    int64
		}
		if err := getJSON(ctx, fmt.Sprintf("%s/%s/records?after=%d", p.url, name, after), nil, &page); err != nil {
			return nil, fmt.Errorf("the records of %s: %w", name, err)
		}
		if len(page.Records) == 0 {
			return all, nil
		}
		all, after = append(all, page.Records...), page.Next
	}
}

func getJSON(ctx context.Context, url string, as func(*http.Request), into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if as != nil {
		as(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", res.Status)
	}
	return json.NewDecoder(res.Body).Decode(into)
}
