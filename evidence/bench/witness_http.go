package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// lists is the witness of a shop elsewhere: its GraphQL and its metrics. It knows the statuses, and of receipts only how
// many wait for their first try.
type lists struct {
	shop      *shop
	customers customers
	place     *atomic.Int64 // of the next order in the run
}

func (l lists) pending(ctx context.Context) (int, error) {
	m, err := l.shop.metrics(ctx)
	return int(m["webshop_backlog_inside"] + m["webshop_backlog_outside"]), err
}

func (l lists) lives(ctx context.Context) (map[int64]life, error) {
	all := map[int64]life{}
	for test, last := l.customers.first, l.customers.testOf(l.place.Load()); test <= last; test++ {
		if err := l.list(ctx, test, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (l lists) list(ctx context.Context, test int64, into map[int64]life) error {
	question, err := json.Marshal(map[string]string{
		"query": fmt.Sprintf("{ getAllTestOrders(testId: %d) { orderId status createdAt statusAt } }", test)})
	if err != nil {
		return err
	}
	text, err := l.shop.ask(ctx, http.MethodPost, "/database", question)
	if err != nil {
		return err
	}
	var found struct {
		Data struct {
			Orders []struct {
				OrderID             int64
				Status              string
				CreatedAt, StatusAt string
			} `json:"getAllTestOrders"`
		}
		Errors []struct{ Message string }
	}
	if err := json.Unmarshal(text, &found); err != nil || len(found.Errors) > 0 {
		return errors.Join(fmt.Errorf("the shop's list of orders: %v", found.Errors), err)
	}
	for _, o := range found.Data.Orders {
		into[o.OrderID] = life{moment(o.CreatedAt), moment(o.StatusAt), o.Status == "DELIVERY_BOOKED"}
	}
	return nil
}

func (lists) close() error { return nil }

// moment returns the time of a number of milliseconds since 1970; anything else gives an obviously wrong time.
func moment(text string) time.Time {
	ms, _ := strconv.ParseInt(text, 10, 64)
	return time.UnixMilli(ms)
}

// ask calls the private listener.
func (s *shop) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.private+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("the private listener: %w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the private listener: %s answered %s", path, res.Status)
	}
	return text, err
}
