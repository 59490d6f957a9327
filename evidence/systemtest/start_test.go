package systemtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestShopThatIgnoresTestID(t *testing.T) {
	shop := &fakeShop{ask: func(_ int, w http.ResponseWriter) bool {
		fmt.Fprint(w, `{"data":{"getAllTestOrders":[{"orderId":1}]}}`)
		return true
	}}
	_, err := run(t.Context(), dozen(t), inMemory{shop})
	if err == nil || !strings.Contains(err.Error(), "does it look at the testId?") || shop.tries != 0 {
		t.Errorf("%d orders made, %v", shop.tries, err)
	}
}

func TestCannotStart(t *testing.T) {
	shop := httptest.NewServer(&fakeShop{})
	defer shop.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	locked := httptest.NewServer(needsToken("letmein", &fakeShop{}))
	defer locked.Close()
	moved := httptest.NewServer(http.RedirectHandler(shop.URL, http.StatusTemporaryRedirect))
	defer moved.Close()
	const isItRunning = "is the shop running? start it with: webshop serve"
	const token = "is the token of the private listener right?"
	for name, c := range map[string]struct {
		cfg  Config
		want string
	}{
		"no shop":         {Config{PublicURL: closed.URL, PrivateURL: shop.URL}, isItRunning},
		"no private":      {Config{PublicURL: shop.URL, PrivateURL: closed.URL}, isItRunning},
		"wrong token":     {Config{PublicURL: shop.URL, PrivateURL: locked.URL, Token: "hunter2"}, token},
		"moved away":      {Config{PublicURL: shop.URL, PrivateURL: moved.URL}, "answered 307 Temporary Redirect"},
		"no URLs":         {Config{}, "the public URL must be like http://127.0.0.1:8080; it is \"\"\nthe private URL"},
		"no scheme":       {Config{PublicURL: "localhost:8080", PrivateURL: shop.URL}, "the public URL must be like"},
		"negative orders": {Config{PublicURL: shop.URL, PrivateURL: shop.URL, Orders: -1}, "orders must be 1 to 20000; it is -1"},
		"too many orders": {Config{PublicURL: shop.URL, PrivateURL: shop.URL, Orders: MaxOrders + 1}, "orders must be 1 to 20000"},
		"no concurrency":  {Config{PublicURL: shop.URL, PrivateURL: shop.URL, Concurrency: -1}, "concurrency (-1)"},
		"no time":         {Config{PublicURL: shop.URL, PrivateURL: shop.URL, Timeout: -1}, "timeout (-1ns)"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Run(t.Context(), c.cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v\nwant %s", err, c.want)
			}
		})
	}
}
