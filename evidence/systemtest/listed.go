package systemtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// listed is an order in the shop's list.
type listed struct {
	OrderID         int64  `json:"orderId"`
	CustomerName    string `json:"customerName"`
	CustomerEmail   string `json:"customerEmail"`
	CustomerPhone   string `json:"customerPhone"`
	CustomerStreet  string `json:"customerStreet"`
	CustomerCity    string `json:"customerCity"`
	CustomerType    string `json:"customerType"`
	CustomerMarket  string `json:"customerMarket"`
	OrderedProducts string `json:"orderedProducts"`
	TotalPrice      int64  `json:"totalPrice"`
	DeliveryTime    string `json:"deliveryTime"` // like all times: milliseconds since 1970 as a decimal string
	Status          string `json:"status"`
	TestID          int64  `json:"testId"`
	OrgNumber       digits `json:"organization"`
	CreatedAt       string `json:"createdAt"`
	StatusAt        string `json:"statusAt"` // when it got its current status
}

const query = `query { getAllTestOrders(testId: %d) { orderId customerName customerEmail customerPhone customerStreet ` +
	`customerCity customerType customerMarket orderedProducts totalPrice deliveryTime status testId organization ` +
	`createdAt statusAt } }`

func (l listed) arrived() bool { return l.Status == "DELIVERY_BOOKED" }

// way returns how long the order took from its creation to its current status, by the shop's own clock.
func (l listed) way() (time.Duration, error) {
	created, err := moment(l.CreatedAt)
	if err != nil {
		return 0, fmt.Errorf("createdAt %w", err)
	}
	got, err := moment(l.StatusAt)
	if err != nil {
		return 0, fmt.Errorf("statusAt %w", err)
	}
	return got.Sub(created), nil
}

func moment(text string) (time.Time, error) {
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("is %q, not milliseconds since 1970", text)
	}
	return time.UnixMilli(ms), nil
}

// testOrders requests all orders of a test.
func (s *shop) testOrders(ctx context.Context, testID int64) ([]listed, error) {
	header := http.Header{}
	if s.token != "" {
		header.Set("Authorization", "Bearer "+s.token)
	}
	question := map[string]string{"query": fmt.Sprintf(query, testID)}
	body, err := s.post(ctx, s.private+"/database", question, header, maxList)
	if r, ok := errors.AsType[*refused](err); ok && (r.status == 401 || r.status == 403) {
		return nil, fmt.Errorf("the shop's database: %w; is the token of the private listener right?", err)
	}
	if err != nil {
		return nil, fmt.Errorf("the shop's database: %w", err)
	}
	orders, err := readOrders(body)
	if err != nil {
		return nil, fmt.Errorf("the shop's database: %w", err)
	}
	return orders, nil
}

func readOrders(body []byte) ([]listed, error) {
	var answer struct {
		Data struct {
			Orders []listed `json:"getAllTestOrders"`
		} `json:"data"`
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("answered 200, but not as agreed: %w: %s", err, excerpt(body))
	}
	if len(answer.Errors) == 0 {
		return answer.Data.Orders, nil
	}
	messages := make([]string, len(answer.Errors))
	for i, e := range answer.Errors {
		messages[i] = e.Message
	}
	return nil, fmt.Errorf("GraphQL errors: %s", strings.Join(messages, "; "))
}
