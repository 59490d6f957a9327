package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// ask sends a request and returns the answer's body.
func ask(t *testing.T, method, url, body string, token ...string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range token {
		req.Header.Set("Authorization", "Bearer "+one)
	}
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s: %s %v", method, url, got.Status, text, err)
	}
	return string(text)
}

// buy makes a real order, whose partners are at the base address, and waits until its plants are there.
func buy(t *testing.T, shop *process, base string) {
	t.Helper()
	ask(t, http.MethodPut, base+"/partners/stockist/knobs", `{"answerLater": 200}`)
	answer := ask(t, http.MethodPost, shop.public+"/createOrder", `{"name":"Ann","email":"ann@example.com","phone":"123","street":"s",
		"city":"c","customerType":"B2C","market":"US","products":"LB001","totalPrice":15000}`)
	var made struct{ OrderID int }
	if err := json.Unmarshal([]byte(answer), &made); err != nil {
		t.Fatal(err)
	}
	query := fmt.Sprintf(`{ getOrder(id: %d) { status } }`, made.OrderID)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got := ask(t, http.MethodPost, shop.private+"/database", query)
		if strings.Contains(got, "STOCKED") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("not stocked within 20 s: %s", got)
		}
	}
	for _, path := range []string{"/payments-us/records", "/stockist/records", "/books/records"} {
		if records := ask(t, http.MethodGet, base+path, ""); !strings.Contains(records, fmt.Sprintf(`"orderId":%d`, made.OrderID)) {
			t.Errorf("%s does not tell of order %d: %s", path, made.OrderID, records)
		}
	}
}
