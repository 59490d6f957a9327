package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/partner/simulator"
)

func client(h http.HandlerFunc) *http.Client { return &http.Client{Transport: simulator.Transport(h)} }

func TestTransportCarriesRequestAndAnswer(t *testing.T) {
	c := client(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "hello" || r.Host+r.URL.Path != "shop.test/a/b" || r.RequestURI != "/a/b?q=1" {
			t.Errorf("got %q to %s %s (%s): %v", body, r.Host, r.URL, r.RequestURI, err)
		}
		if r.Header.Get("X-In") != "in" || r.URL.Host != "" || r.RemoteAddr == "" {
			t.Errorf("got %+v", r)
		}
		w.Header().Set("X-Out", "out")
		w.WriteHeader(http.StatusTeapot)
		w.WriteHeader(http.StatusOK)       // too late
		w.Header().Set("X-Late", "tolate") // too late
		_, _ = io.WriteString(w, "world")
	})
	r, err := http.NewRequestWithContext(t.Context(), "POST", "http://shop.test/a/b?q=1", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-In", "in")
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || string(body) != "world" || res.StatusCode != 418 || res.ContentLength != 5 {
		t.Errorf("got %q with %s: %v", body, res.Status, err)
	}
	if res.Header.Get("X-Out") != "out" || res.Header.Get("X-Late") != "" {
		t.Errorf("got the headers %v", res.Header)
	}
}

func TestTransportEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan struct{})
		c := client(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			close(told)
			time.Sleep(time.Hour) // ignores the context: the caller must not wait for it
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, "GET", "http://shop.test/", nil)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		res, err := c.Do(r)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Do = %v, %v; want the deadline", res, err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("Do took %v, want 1s", took)
		}
		<-told
		time.Sleep(2 * time.Hour) // the handler ends in the bubble
	})
}

func TestTransportCarriesNoContextValues(t *testing.T) {
	type key struct{}
	c := client(func(_ http.ResponseWriter, r *http.Request) {
		if r.Context().Value(key{}) != nil {
			t.Error("a value came over the network")
		}
	})
	r, err := http.NewRequestWithContext(context.WithValue(t.Context(), key{}, 1), "GET", "http://shop.test/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("Do = %v, %v; want 200 for a handler that says nothing", res, err)
	}
	res.Body.Close()
}

func TestTransportTurnsAPanicIntoAnError(t *testing.T) {
	res, err := client(func(http.ResponseWriter, *http.Request) { panic("boom") }).Get("http://shop.test/")
	if err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("Get = %v, %v; want the panic as an error", res, err)
	}
}

// closer records when it was closed.
type closer struct {
	io.Reader
	closed chan struct{}
}

func (c closer) Close() error { close(c.closed); return nil }

func TestTransportClosesTheBody(t *testing.T) {
	body := closer{strings.NewReader("x"), make(chan struct{})}
	res, err := client(func(http.ResponseWriter, *http.Request) {}).Post("http://shop.test/", "text/plain", body)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	<-body.closed
}
