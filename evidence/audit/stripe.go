package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// Stripe's addresses and limits. The version says which form its answers have.
const (
	stripeURL      = "https://api.stripe.com"
	stripeVersion  = "2026-05-27.dahlia"
	stripePage     = 100        // how much of a list it gives at once
	maxStripePages = 20_000     // of one list
	maxStripePart  = 16 << 20   // bytes of one page
	stripeTries    = 4          // of one page
	overlap        = int64(300) // seconds that are read again
)

// stripeAccount is an account at Stripe that takes a provider's payments, and what was read of it beside the records of its place.
type stripeAccount struct {
	client   *http.Client
	url, key string

	keys      map[string]string // of the shop's payments, by Stripe's (pi_…)
	others    map[string]bool   // charges and refunds of another installation
	movements map[string]*movement
	from      map[string]int64 // per list, when the oldest object was made that is read again
}

func newStripeAccount(address, key string) (*stripeAccount, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of Stripe cannot be read")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && !ip.IsLoopback() {
		return nil, errors.New("the address of Stripe must begin with https://, or be of this machine: the key goes there")
	}
	client := &http.Client{Timeout: answerWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a := &stripeAccount{client: client, url: address, key: key, keys: map[string]string{}, others: map[string]bool{}}
	a.movements, a.from = map[string]*movement{}, map[string]int64{}
	return a, nil
}

// stripe makes a place for each account at Stripe. Providers with the same key have the same account.
func (a *auditor) stripe(keys map[string]string, address string) error {
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		i := slices.IndexFunc(a.places, func(p *place) bool { return p.stripe != nil && p.stripe.key == keys[name] })
		if i < 0 {
			account, err := newStripeAccount(address, keys[name])
			if err != nil {
				return fmt.Errorf("audit: %s: %w", name, err)
			}
			i = len(a.places)
			a.places = append(a.places, newPlace(name, address))
			a.places[i].stripe = account
		}
		a.live[name] = a.places[i]
	}
	return nil
}

// stripeObject is what all of Stripe's objects have.
type stripeObject struct {
	ID      string `json:"id"`
	Created int64  `json:"created"`
}

func (o stripeObject) self() stripeObject { return o }

// stripeList reads a list, the newest first, back to where the last reading says. It returns when the oldest object was made that
// was read, if there are more than are read.
func stripeList[T interface{ self() stripeObject }](ctx context.Context, a *stripeAccount, path, expand string, each func(T)) (since time.Time, err error) {
	asked := url.Values{"limit": {strconv.Itoa(stripePage)}}
	if from := a.from[path]; from > 0 {
		asked.Set("created[gte]", strconv.FormatInt(from-overlap, 10))
	}
	if expand != "" {
		asked.Set("expand[0]", expand)
	}
	last := stripeObject{}
	for range maxStripePages {
		var page struct {
			Object  string `json:"object"`
			Data    []T    `json:"data"`
			HasMore bool   `json:"has_more"`
		}
		if err := a.get(ctx, path+"?"+asked.Encode(), &page); err != nil {
			return since, err
		}
		for _, one := range page.Data {
			last = one.self()
			each(one)
		}
		switch {
		case page.Object != "list":
			return since, fmt.Errorf("%s answered with something else than a list", path)
		case !page.HasMore:
			return since, nil
		case len(page.Data) == 0 || asked.Get("starting_after") == last.ID:
			return since, fmt.Errorf("%s does not get on after %q", path, last.ID)
		}
		asked.Set("starting_after", last.ID)
	}
	return time.Unix(last.Created+1, 0), nil
}

// get reads an answer, and tries again when Stripe is not available.
func (a *stripeAccount) get(ctx context.Context, path string, into any) (err error) {
	for try := range stripeTries {
		again := false
		if again, err = a.try(ctx, path, into); !again {
			return err
		}
		if slept := sleep(ctx, time.Duration(try+1)*time.Second/2); slept != nil {
			return slept
		}
	}
	return err
}

// try reads an answer once. Its error does not quote the answer, in which Stripe may show a part of the key.
func (a *stripeAccount) try(ctx context.Context, path string, into any) (again bool, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.url+path, nil)
	if err != nil {
		return false, err
	}
	req.Header.Set("Authorization", "Bearer "+a.key)
	req.Header.Set("Stripe-Version", stripeVersion)
	answer, err := a.client.Do(req)
	if err != nil {
		return ctx.Err() == nil, err
	}
	defer answer.Body.Close()
	switch status := answer.StatusCode; {
	case status == http.StatusOK:
		return false, json.NewDecoder(io.LimitReader(answer.Body, maxStripePart)).Decode(into)
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return false, fmt.Errorf("%s answered %s: Stripe does not accept the key, or the key may not read this", req.URL.Path, answer.Status)
	default:
		return status == http.StatusTooManyRequests || status >= 500, fmt.Errorf("%s answered %s", req.URL.Path, answer.Status)
	}
}
