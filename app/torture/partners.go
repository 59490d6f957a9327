package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// partners are the third parties, in a process of their own.
type partners struct {
	*Process
	url string
}

// Knobs are how a partner behaves; see the shop's /partners. Times are in milliseconds.
type Knobs struct {
	Latency                 int64   `json:"latency"`
	FailureRate             float64 `json:"failureRate"`
	TimeoutAfterSuccessRate float64 `json:"timeoutAfterSuccessRate"`
	DeclineRate             float64 `json:"declineRate"`
	RefuseRate              float64 `json:"refuseRate"`
	AnswerLater             int64   `json:"answerLater"`
}

var partnerNames = []string{"payments-us", "payments-mx", "screening", "stockist", "carrier", "books"}

// turn puts all partners into a mood.
func (p *partners) turn(ctx context.Context, mood map[string]Knobs) error {
	for _, name := range partnerNames {
		body, err := json.Marshal(mood[name])
		if err != nil {
			return err
		}
		if err := p.put(ctx, p.url+"/partners/"+name+"/knobs", body); err != nil {
			return fmt.Errorf("the knobs of %s: %w", name, err)
		}
	}
	return nil
}

func (p *partners) put(ctx context.Context, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
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

// someMood is how the partners are in one life: slow, failing, hanging, declining, refusing, answering late; or none of it.
func someMood(rng *rand.Rand) map[string]Knobs {
	mood := map[string]Knobs{}
	for _, name := range partnerNames {
		k := Knobs{}
		if rng.IntN(3) == 0 {
			k.Latency = rng.Int64N(200)
		}
		if rng.IntN(3) == 0 {
			k.FailureRate = 0.3 * rng.Float64()
		}
		if rng.IntN(4) == 0 {
			k.TimeoutAfterSuccessRate = 0.1 * rng.Float64()
		}
		mood[name] = k
	}
	for _, name := range []string{"payments-us", "payments-mx"} {
		k := mood[name]
		k.DeclineRate = 0.15 * rng.Float64()
		mood[name] = k
	}
	screening := mood["screening"]
	screening.DeclineRate = 0.1 * rng.Float64()
	if rng.IntN(2) == 0 {
		screening.AnswerLater = 50 + rng.Int64N(2000)
	}
	mood["screening"] = screening
	k := mood["stockist"]
	k.RefuseRate = 0.03 * rng.Float64()
	if rng.IntN(2) == 0 {
		k.AnswerLater = 50 + rng.Int64N(2000)
	}
	mood["stockist"] = k
	return mood
}

// doubtful is a mood in which many charges have no outcome, and are asked about later.
func doubtful() map[string]Knobs {
	k := Knobs{FailureRate: 0.6}
	return map[string]Knobs{"payments-us": k, "payments-mx": k}
}

// record is what a partner did.
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

// records returns all that a partner did.
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
