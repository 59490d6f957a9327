package app_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/fault"
)

// raw connects to the public listener and sends these bytes.
func (s *shop) raw(text string) net.Conn {
	s.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(s.PublicURL, "http://"))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		s.Fatal(err)
	}
	return c
}

// statusOf reads the status of the next answer; 0 if there is none.
func statusOf(t *testing.T, c net.Conn) int {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	got, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	defer got.Body.Close()
	return got.StatusCode
}

const smuggled = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

// TestRequestsThatTwoServersReadDifferently are refused, and what follows on their connection is not read.
func TestRequestsThatTwoServersReadDifferently(t *testing.T) {
	t.Parallel()
	s := start(t)
	const post = "POST /createOrder HTTP/1.1\r\nHost: x\r\n"
	for name, c := range map[string]struct {
		request string
		want    []int // 0: no answer
	}{
		"two lengths":                  {post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", []int{400}},
		"a length with a sign":         {post + "Content-Length: +2\r\n\r\n{}", []int{400}},
		"a length in hex":              {post + "Content-Length: 0x2\r\n\r\n{}", []int{400}},
		"a list of lengths":            {post + "Content-Length: 2, 2\r\n\r\n{}", []int{400}},
		"a negative length":            {post + "Content-Length: -1\r\n\r\n{}", []int{400}},
		"another encoding":             {post + "Transfer-Encoding: xchunked\r\n\r\n{}", []int{501, 400}},
		"chunked, and more":            {post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", []int{501, 400}},
		"chunked twice":                {post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", []int{501, 400}},
		"a bad chunk":                  {post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", []int{400}},
		"a negative chunk":             {post + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n", []int{400}},
		"a space before the colon":     {post + "Content-Length : 2\r\n\r\n{}", []int{400}},
		"NUL in a header":              {post + "X: a\x00b\r\nContent-Length: 2\r\n\r\n{}", []int{400}},
		"no host":                      {"GET /healthz HTTP/1.1\r\n\r\n", []int{400}},
		"two hosts":                    {"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", []int{400}},
		"an unknown version":           {"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", []int{505, 400}},
		"HTTP/2 without being asked":   {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{505, 400, 0}},
		"a method that is no word":     {"G@T /healthz HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		"a header over its limit":      {"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 24<<10) + "\r\n\r\n", []int{431}},
		"many small headers over it":   {"GET /healthz HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("X: y\r\n", 6<<10) + "\r\n", []int{431}},
		"an address over its limit":    {"GET /" + strings.Repeat("x", 24<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{431}},
		"TLS where there is none":      {"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", []int{400, 0}},
		"a length that ends too early": {post + "Content-Length: 1\r\n\r\n{}", []int{400}},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			conn := s.raw(c.request)
			if name == "TLS where there is none" {
				if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
					t.Fatal(err)
				}
			}
			got := statusOf(t, conn)
			if !strings.Contains(fmt.Sprint(c.want), fmt.Sprint(got)) {
				t.Errorf("answered %d, want one of %d", got, c.want)
			}
			_, _ = io.WriteString(conn, smuggled) // the connection may be closed already, as it should be
			if next := statusOf(t, conn); next != 0 && next != 400 {
				t.Errorf("what came after it was answered %d", next)
			}
		})
	}
	if n := s.footprint().Orders; n != 0 {
		t.Errorf("%d orders were made", n)
	}
}

// TestWhoSendsSlowlyIsCutOff, in the header and in the body, so that connections cannot be held for nothing.
func TestWhoSendsSlowlyIsCutOff(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct {
		request string
		most    time.Duration
	}{
		"header": {"POST /createOrder HTTP/1.1\r\nHost: x\r\nX-A: ", 10 * time.Second},
		"body":   {"POST /createOrder HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{", 20 * time.Second},
		"chunks": {"POST /createOrder HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun, conn := time.Now(), s.in(t).raw(c.request)
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_, _ = io.Copy(io.Discard, conn) // until the shop ends it
			}()
			drip := "x"
			if name == "chunks" {
				drip = "1\r\n \r\n"
			}
			for {
				select {
				case <-ended:
					return
				case <-time.After(500 * time.Millisecond):
					_, _ = io.WriteString(conn, drip) // fails when the shop has ended it
				}
				if time.Since(begun) > c.most+5*time.Second {
					t.Fatalf("still open after %s", time.Since(begun))
				}
			}
		})
	}
}

// TestABodyThatEndsEarlyIsRefused: shorter than its Content-Length.
func TestABodyThatEndsEarlyIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	conn := s.raw("POST /createOrder HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{}")
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got := statusOf(t, conn); got != 400 {
		t.Errorf("answered %d", got)
	}
}

// TestPathsLeadNowhereElse: neither to files nor to other sites.
func TestPathsLeadNowhereElse(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{
		"/../../etc/passwd", "/assets/../../go.mod", "/%2e%2e/%2e%2e/etc/passwd", "/assets/..%2f..%2fgo.mod", "/..\\..\\x", "//evil.example/..",
		"//evil.example", "/\\evil.example", "/%5cevil.example/..", "/cart/../..//evil.example", "/%00", "/cart%00.html", "http://evil.example//evil.example/..",
	} {
		for _, method := range []string{"GET", "POST", "TRACE", "CONNECT", "PROPFIND"} {
			conn := s.raw(fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", method, path))
			got, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			text, _ := io.ReadAll(got.Body) // as far as it goes
			to := got.Header.Get("Location")
			if strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") || strings.Contains(to, "://") {
				t.Errorf("%s %s leads to %s", method, path, to)
			}
			if strings.Contains(string(text), "root:") || strings.Contains(string(text), "module acme") || got.StatusCode >= 500 || got.StatusCode == 200 {
				t.Errorf("%s %s: %d %.100s", method, path, got.StatusCode, text)
			}
		}
	}
	for _, method := range []string{"TRACE", "PROPFIND", "FOO", "get"} {
		s.call(method, s.PublicURL+"/createOrder", nil).refuses(fault.NotAllowed)
	}
}

// TestJSONThatReadersDisagreeOn: duplicate names, invalid numbers, deep nesting, broken characters.
func TestJSONThatReadersDisagreeOn(t *testing.T) {
	t.Parallel()
	s := start(t)
	before := s.footprint()
	const order = `"email":"a@example.com","phone":"123","street":"s","city":"c","customerType":"B2C","market":"US","products":"BB001","totalPrice":15000`
	for name, body := range map[string]string{
		"a name twice": `{"name":"a",` + order + `,"name":"b"}`, "in another case": `{"name":"a",` + order + `,"NAME":"b"}`,
		"in other letters": `{"name":"a",` + order + `,"ſtreet":"b"}`, "escaped": `{"name":"a",` + order + `,"\u006eame":"b"}`,
		"twice inside": `{"name":"a",` + order + `,"more":[{"x":1,"X":2}]}`, "NaN": `{"name":"a",` + strings.Replace(order, "15000", "NaN", 1) + `}`,
		"endless arrays": strings.Repeat("[", 60_000), "endless objects": strings.Repeat(`{"a":`, 12_000), "a comment": `{/**/"name":"a",` + order + `}`,
		"two bodies": `{"name":"a",` + order + `}{"name":"b",` + order + `}`, "a byte order mark": "\ufeff" + `{"name":"a",` + order + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.call("POST", s.PublicURL+"/createOrder", body).refuses(fault.Malformed)
		})
	}
	s.call("POST", s.PublicURL+"/createOrder", `{"name":"a\u0000b",`+order+`}`).refuses(fault.Invalid, "name")
	s.call("POST", s.PublicURL+"/createOrder", `{"name":"a\ud800b",`+order+`,"more":{"name":"b","list":[{"a":1},{"a":1}]}}`).want(200)
	before.Orders++
	if n := s.footprint().Orders; n != before.Orders {
		t.Errorf("%d orders", n)
	}
}
