package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// seedClient calls as a client written for the seed: its bodies claim to be plain text, and it does not know keys, tokens
// and order numbers. Only the two base URLs are the shop's.
type seedClient struct{ gateway, database string }

type seedOrder struct {
	Name         string `json:"name"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
	Street       string `json:"street"`
	City         string `json:"city"`
	CustomerType string `json:"customerType"`
	Market       string `json:"market"`
	Products     string `json:"products"`
	TotalPrice   int    `json:"totalPrice"`
	TestID       int    `json:"testId"`
	OrgNumber    int    `json:"orgNumber"`
}

// seedRow has a pointer for each selected field, so that a missing one is noticed.
type seedRow struct {
	CustomerName    *string `json:"customerName"`
	CustomerEmail   *string `json:"customerEmail"`
	CustomerPhone   *string `json:"customerPhone"`
	CustomerStreet  *string `json:"customerStreet"`
	CustomerCity    *string `json:"customerCity"`
	CustomerType    *string `json:"customerType"`
	CustomerMarket  *string `json:"customerMarket"`
	OrderedProducts *string `json:"orderedProducts"`
	TotalPrice      *int    `json:"totalPrice"`
	DeliveryTime    *string `json:"deliveryTime"`
	Status          *string `json:"status"`
	TestID          *int    `json:"testId"`
	OrgNumber       *int    `json:"orgNumber"`
}

const seedFields = `customerName customerEmail customerPhone customerStreet customerCity customerType customerMarket orderedProducts totalPrice deliveryTime status testId orgNumber`

func (c seedClient) post(url string, body any) ([]byte, error) {
	content, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	got, err := http.Post(url, "text/plain;charset=UTF-8", bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	defer got.Body.Close()
	answer, err := io.ReadAll(got.Body)
	if err == nil && got.StatusCode != 200 {
		err = fmt.Errorf("%d: %s", got.StatusCode, answer)
	}
	return answer, err
}

func (c seedClient) createOrder(o seedOrder) error {
	answer, err := c.post(c.gateway+"/createOrder", o)
	if err != nil {
		return err
	}
	var said struct{ Status, RedirectURL string }
	if err := json.Unmarshal(answer, &said); err != nil {
		return err
	}
	if said.Status != "SUCCESS" || said.RedirectURL != "/success" {
		return fmt.Errorf("answered %s", answer)
	}
	return nil
}

func (c seedClient) testOrders(testID int) ([]seedRow, error) {
	answer, err := c.post(c.database+"/database", map[string]string{"query": fmt.Sprintf("query { getAllTestOrders(testId: %d) { %s } }", testID, seedFields)})
	if err != nil {
		return nil, err
	}
	var got struct {
		Data struct {
			GetAllTestOrders []seedRow `json:"getAllTestOrders"`
		} `json:"data"`
		Errors []any `json:"errors"`
	}
	err = json.Unmarshal(answer, &got)
	if err == nil && len(got.Errors) > 0 {
		err = fmt.Errorf("errors: %v", got.Errors)
	}
	return got.Data.GetAllTestOrders, err
}

func newSeedOrder(testID int) seedOrder {
	return seedOrder{
		Name: "Someone", Email: "someone@example.com", Phone: "321321321", Street: "Thisway1", City: "Thatplace", CustomerType: "B2C",
		Market: "US", Products: "BB001,BA002", TotalPrice: rand.IntN(100_000), TestID: testID,
	}
}

// TestTheSeedsSystemTest: 100 orders with one test id, one after the other as the seed sends them (without the 300 ms
// between them), and all at once.
func TestTheSeedsSystemTest(t *testing.T) {
	t.Parallel()
	s := start(t)
	client := seedClient{s.PublicURL, s.PrivateURL}
	for name, send := range map[string]func(seedClient, []seedOrder) error{"in turn": inTurn, "at once": atOnce} {
		t.Run(name, func(t *testing.T) {
			s, testID := s.in(t), 1+rand.IntN(1<<31-2)
			orders := make([]seedOrder, 100)
			for i := range orders {
				orders[i] = newSeedOrder(testID)
			}
			if err := send(client, orders); err != nil {
				t.Fatal(err)
			}
			var rows []seedRow
			s.eventually("all orders are DELIVERY_BOOKED", func() (arrived bool) {
				var err error
				if rows, err = client.testOrders(testID); err != nil {
					t.Fatal(err)
				}
				return allBooked(rows)
			})
			compareRows(t, orders, rows)
		})
	}
}

func inTurn(c seedClient, orders []seedOrder) error {
	ticker := time.NewTicker(3 * time.Millisecond)
	defer ticker.Stop()
	for _, o := range orders {
		if err := c.createOrder(o); err != nil {
			return err
		}
		<-ticker.C
	}
	return nil
}

func atOnce(c seedClient, orders []seedOrder) error {
	var all errgroup.Group
	for _, o := range orders {
		all.Go(func() error { return c.createOrder(o) })
	}
	return all.Wait()
}

func allBooked(rows []seedRow) bool {
	for _, r := range rows {
		if r.Status == nil || *r.Status != "DELIVERY_BOOKED" {
			return false
		}
	}
	return len(rows) >= 100
}

// compareRows wants exactly one row for each order, with what was sent. Orders of one test only differ in price.
func compareRows(t *testing.T, orders []seedOrder, rows []seedRow) {
	t.Helper()
	if len(rows) != len(orders) {
		t.Fatalf("%d rows, want exactly %d", len(rows), len(orders))
	}
	want := map[seedOrder]int{}
	for _, o := range orders {
		want[o]++
	}
	for _, r := range rows {
		if o, whole := r.order(); !whole || want[o] == 0 {
			t.Errorf("row %+v (whole: %t) was not sent, or not so often", o, whole)
		} else {
			want[o]--
		}
	}
}

// order returns the row's order, and whether the row has all its fields and a delivery time.
func (r seedRow) order() (seedOrder, bool) {
	for _, text := range []*string{
		r.CustomerName, r.CustomerEmail, r.CustomerPhone, r.CustomerStreet, r.CustomerCity, r.CustomerType, r.CustomerMarket, r.OrderedProducts, r.DeliveryTime,
	} {
		if text == nil || *text == "" {
			return seedOrder{}, false
		}
	}
	if r.TotalPrice == nil || r.TestID == nil || r.OrgNumber == nil {
		return seedOrder{}, false
	}
	return seedOrder{
		Name: *r.CustomerName, Email: *r.CustomerEmail, Phone: *r.CustomerPhone, Street: *r.CustomerStreet, City: *r.CustomerCity, CustomerType: *r.CustomerType, Market: *r.CustomerMarket,
		Products: *r.OrderedProducts, TotalPrice: *r.TotalPrice, TestID: *r.TestID, OrgNumber: *r.OrgNumber,
	}, true
}
