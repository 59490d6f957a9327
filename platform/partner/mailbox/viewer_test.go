package mailbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(m *Mailbox, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", address, nil))
	return w
}

// hostile is a mail that tries to break the page.
const hostile = `Message-ID: <"><script>alert(1)</script>@x>
From: "<script>alert(2)</script>" <a@b.c>
To: "</span><script>alert(3)</script>" <ada@example.com>
Subject: <script>alert(4)</script>{{.}}" onclick="alert(5)
Content-Type: multipart/alternative; boundary=cut

--cut
Content-Type: text/plain; charset=utf-8

</pre><script>alert(6)</script>
--cut
Content-Type: text/html; charset=utf-8

<html><head class="a"><title>x</title></head><body><script>alert(7)</script></body></html>
--cut--
`

func TestPagesEscapeWhatIsInMails(t *testing.T) {
	m := open(t, 0)
	deliver(t, m, hostile, "ada@example.com")
	mails, _ := m.List(Filter{})
	one := "/mail/" + strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", "/", "%2F").Replace(mails[0].ID)
	for _, address := range []string{
		"/mail", "/mail?q=" + "%3Cscript%3Ealert(4)", "/mail?q=%22%3E%3Cscript%3Ealert(8)", one, "/mail/%3Cscript%3Ealert(9)", "/mail/%3Cscript%3E/x",
	} {
		w := get(m, address)
		if body := w.Body.String(); strings.Contains(body, "<script>alert") || strings.Contains(body, `" onclick`) {
			t.Errorf("%s holds a script:\n%s", address, body)
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q", address, policy)
		}
	}
	page := get(m, one).Body.String()
	for _, want := range []string{
		`sandbox="allow-popups allow-popups-to-escape-sandbox"`, "&lt;script&gt;alert(6)", "&lt;script&gt;alert(2)", "&lt;script&gt;alert(4)",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
}

func TestTheFrameShowsTheMailAndLetsItDoNothing(t *testing.T) {
	m := open(t, 0)
	deliver(t, m, hostile, "ada@example.com")
	deliver(t, m, simple("a", "x"), "ada@example.com")
	mails, _ := m.List(Filter{})
	for id, want := range map[string]string{mails[0].ID: `<base target="_blank"><p>`, mails[1].ID: `<head class="a"><base target="_blank"><title>`} {
		w := get(m, "/mail/"+strings.NewReplacer("<", "%3C", ">", "%3E", `"`, "%22", "/", "%2F").Replace(id)+"/html")
		policy := w.Header().Get("Content-Security-Policy")
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) || strings.Contains(policy, "script") ||
			!strings.Contains(policy, "default-src 'none'") || !strings.HasSuffix(policy, "sandbox allow-popups allow-popups-to-escape-sandbox") {
			t.Errorf("%d, policy %q:\n%s", w.Code, policy, w.Body)
		}
	}
	w := get(m, "/mail/a/raw")
	if w.Header().Get("Content-Type") != "text/plain; charset=utf-8" || w.Header().Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(w.Body.String(), "Message-ID: <a@acme.example>\r\n") {
		t.Errorf("the source: %v %.80q", w.Header(), w.Body)
	}
}

func TestJSON(t *testing.T) {
	m := open(t, 0)
	for i := range 60 {
		deliver(t, m, simple(fmt.Sprintf("m%d", i), "x"), fmt.Sprintf("c%d@example.com", i%2))
	}
	var list struct {
		Mails []Summary
		Total int
	}
	for address, want := range map[string]int{
		"/mail?format=json": 50, "/mail?format=json&limit=60": 60, "/mail?format=json&limit=1": 1, "/mail?format=json&limit=40&page=2": 20, "/mail?format=json&limit=-4": 50,
		"/mail?format=json&to=c1@example.com&limit=500": 30, "/mail?format=json&to=c1@example.com&limit=2": 2, "/mail?format=json&to=x@y.z": 0,
	} {
		w := get(m, address)
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Mails) != want || !strings.Contains(w.Body.String(), `"mails":[`) {
			t.Errorf("%s: %d mails, %v: %.100s", address, len(list.Mails), err, w.Body)
		}
	}
	var one map[string]any
	w := get(m, "/mail/m3?format=json")
	if err := json.Unmarshal(w.Body.Bytes(), &one); err != nil || w.Header().Get("Content-Type") != "application/json" {
		t.Fatal(err, w.Body)
	}
	for _, key := range []string{"id", "to", "from", "subject", "text", "html", "receivedAt", "links", "copies", "headers"} {
		if _, ok := one[key]; !ok {
			t.Errorf("the mail has no %s: %s", key, w.Body)
		}
	}
	w = get(m, "/mail/none?format=json")
	if w.Code != http.StatusNotFound || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("an unknown mail: %d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestListPages(t *testing.T) {
	m := open(t, 0)
	if page := get(m, "/mail").Body.String(); !strings.Contains(page, "No mail yet") {
		t.Errorf("an empty mailbox:\n%s", page)
	}
	for i := range 120 {
		deliver(t, m, simple(fmt.Sprintf("m%03d.x", i), fmt.Sprintf("Order %03d & more", i)), "ada@example.com")
	}
	for address, want := range map[string][]string{
		"/mail":                     {"Order 119 &amp; more", "Order 070", "1 to 50 of 120", `href="/mail?page=2"`, `href="/mail/m119.x"`},
		"/mail?page=3":              {"Order 019", "Order 000", "101 to 120 of 120", `href="/mail?page=2"`},
		"/mail?q=order+0&page=2":    {"51 to 100 of 100", `href="/mail?page=1&amp;q=order&#43;0"`, `value="order 0"`},
		"/mail?page=99999999999999": {"No mail", `href="/mail"`},
		"/mail?q=nothing":           {"No mail has that"},
	} {
		page := get(m, address).Body.String()
		for _, part := range want {
			if !strings.Contains(page, part) {
				t.Errorf("%s lacks %q:\n%.3000s", address, part, page)
			}
		}
	}
}

func TestUnknownPages(t *testing.T) {
	m := open(t, 0)
	for address, want := range map[string]int{
		"/mail/none": http.StatusNotFound, "/mail/none/html": http.StatusNotFound, "/mail/none/raw": http.StatusNotFound,
		"/mail/a/b/c": http.StatusNotFound, "/mail/": http.StatusMovedPermanently,
	} {
		w := get(m, address)
		if w.Code != want || (want == http.StatusNotFound && !strings.Contains(w.Body.String(), "All mails")) {
			t.Errorf("%s: %d\n%s", address, w.Code, w.Body)
		}
	}
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/mail", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST /mail: %d", w.Code)
	}
}
