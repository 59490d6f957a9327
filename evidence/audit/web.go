package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	maxAnswer    = 64 << 20 // of one answer
	answerWithin = 30 * time.Second
)

// web reads from the partners and the shop over HTTP.
type web struct {
	client         *http.Client
	private, token string
}

func newWeb(c Config) *web {
	return &web{&http.Client{Timeout: answerWithin}, c.PrivateURL, c.Token}
}

// get reads JSON from the shop, or an address without a token. It returns false if there is nothing at the address.
func (w *web) get(ctx context.Context, url string, into any) (bool, error) {
	return w.getAs(ctx, url, "", into)
}

// getAs reads JSON from a partner with its token, or from the shop with its own.
func (w *web) getAs(ctx context.Context, url, token string, into any) (bool, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false, err
	}
	if w.private != "" && strings.HasPrefix(url, w.private) {
		token = w.token
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Accept", "application/json")
	answer, err := w.client.Do(req)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
		return true, json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(into)
	case http.StatusNotFound:
		return false, nil
	}
	return false, fmt.Errorf("%s answered %s", url, answer.Status)
}
