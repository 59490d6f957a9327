package partner

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

// TestTransport: a library's calls are bounded, judged and counted as the client's own.
func TestTransport(t *testing.T) {
	off := httptest.NewServer(nil)
	off.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/refused":
			w.WriteHeader(http.StatusPaymentRequired)
		case "/failing":
			w.WriteHeader(http.StatusBadGateway)
		case "/redirect":
			http.Redirect(w, r, "/ok", http.StatusFound)
		case "/large":
			_, _ = w.Write(bytes.Repeat([]byte("x"), maxLibraryAnswer+1))
		case "/slow":
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}
		_, _ = io.WriteString(w, "said")
	}))
	defer server.Close()
	for _, c := range []struct {
		address, outcome string
		status           int
		notDone          bool
	}{
		{server.URL + "/ok", "ok", 200, false},
		{server.URL + "/refused", "refused", 402, false},
		{server.URL + "/failing", "unavailable", 502, false},
		{server.URL + "/redirect", "refused", 302, false},
		{server.URL + "/large", "unavailable", 0, false},
		{server.URL + "/slow", "unavailable", 0, false},
		{off.URL, "unavailable", 0, true},
	} {
		var outcomes []string
		observe := func(_, outcome string, _ time.Duration) { outcomes = append(outcomes, outcome) }
		client, err := NewClient("p", server.URL, nil, Options{Timeout: 300 * time.Millisecond, Observe: observe})
		if err != nil {
			t.Fatal(err)
		}
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, c.address, nil)
		req.RequestURI = ""
		res, err := client.Transport().RoundTrip(req)
		status := 0
		if err == nil {
			status = res.StatusCode
			if body, _ := io.ReadAll(res.Body); c.status != 302 && string(body) != "said" {
				t.Errorf("%s: %q", c.address, body)
			}
		}
		if status != c.status || errors.Is(err, ErrNotDone) != c.notDone || (err != nil && fault.CodeOf(err) != fault.Unavailable) {
			t.Errorf("%s: %d, %v", c.address, status, err)
		}
		if strings.Join(outcomes, " ") != c.outcome {
			t.Errorf("%s counts as %q", c.address, outcomes)
		}
		if v := client.Health().Vitals(); v.Calls != 1 || (v.Failed == 1) != (c.outcome == "unavailable") {
			t.Errorf("%s: %+v", c.address, v)
		}
	}
}
