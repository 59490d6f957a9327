package terminal

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

const nasty = "\x1b]0;owned\x07\x1b[2J\u202eevil\r\n"

// answers replaces a shop.
func answers(all map[string]string) Get {
	return func(_ context.Context, path string, into any) error { return json.Unmarshal([]byte(all[path]), into) }
}

func quoted(text string) string {
	q, _ := json.Marshal(text) // a text cannot fail
	return string(q)
}

var shop = answers(map[string]string{
	"/console/api/shape": `{"events":[{"type":"OrderPlaced","subscribers":[{"name":"finance.OrderPlaced"},{"name":"stock.OrderPlaced"}]}],"statuses":["PLACED"]}`,
	"/console/api/now": `{"at":"2026-11-22T03:00:10Z","alerts":[{"severity":"high","what":` + quoted("books fails"+nasty) + `,"do":"call them","since":"2026-11-22T03:00:00Z","orders":[{"orderId":7}],"orderCount":1,"follows":[{"what":"finance.OrderPlaced is late"}]}],
		"orders":{"PLACED":3},"waiting":4,"parked":2,"rates":{"OrderPlaced":1.5},"steps":{"finance.OrderPlaced":{"waiting":4,"failing":4,"parked":2,"rate":0.5,"oldest":"2026-11-22T03:00:00Z","late":true}},
		"partners":[{"partner":"books","calls":5,"failed":5,"failing":true}]}`,
	"/console/api/orders/7": `{"orderId":7,"status":"PLACED","name":` + quoted("Ann"+nasty) + `,"email":"a@example.com","market":"US","customerType":"B2C","agreed":[{"name":"Plants","text":` + quoted("1 × BB001"+nasty) + `}],"moments":[
		{"id":"e","kind":"event","title":"OrderPlaced","text":"stated by order","after":{"status":"PLACED"}},
		{"id":"e.finance.OrderPlaced","cause":"e","kind":"receipt","title":"finance.OrderPlaced","text":"books it","state":"parked","attempts":20,"error":` + quoted("refused"+nasty) + `,"after":{"status":"PLACED"}}]}`,
})

func TestTopShowsWhatIsWrong(t *testing.T) {
	var out bytes.Buffer
	if err := Once(t.Context(), shop, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 thing is wrong", "HIGH books fails", "Do: call them", "Orders (1): 7", "Because of it: finance.OrderPlaced is late", "finance.OrderPlaced", "10s, late", "PLACED 3", "books 0/5 failing"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	wantHarmless(t, out.String())
}

// TestTopSaysWhatIsNotKnown, rather than that there is none.
func TestTopSaysWhatIsNotKnown(t *testing.T) {
	unseen := answers(map[string]string{
		"/console/api/shape": `{"events":[{"type":"OrderPlaced","subscribers":[{"name":"stock.OrderPlaced"}]}],"statuses":["PLACED"]}`,
		"/console/api/now": `{"at":"2026-11-22T03:00:10Z","trouble":"the database does not answer","sure":true,"alerts":[],
			"orders":null,"waiting":null,"parked":null,"rates":null,"steps":null,"partners":[]}`,
	})
	var out bytes.Buffer
	if err := Once(t.Context(), unseen, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the database does not answer", "unknown orders/s   unknown events in work   unknown dead letters", "ORDERS  unknown"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "All is well") || strings.Contains(out.String(), " 0 ") || strings.Contains(out.String(), "0.0") {
		t.Errorf("it claims to know:\n%s", out.String())
	}
	begun := answers(map[string]string{"/console/api/shape": `{}`, "/console/api/now": `{"at":"2026-11-22T03:00:10Z","sure":false,"alerts":[]}`})
	out.Reset()
	if err := Once(t.Context(), begun, &out); err != nil || !strings.Contains(out.String(), "Not known yet") {
		t.Errorf("at first: %v\n%s", err, out.String())
	}
}

func TestAnOrdersHistoryIsPrinted(t *testing.T) {
	var out bytes.Buffer
	if err := Order(t.Context(), shop, 7, &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Order 7 is PLACED", "Plants: 1 × BB001", "parked, failed 20×", "← OrderPlaced", "finance.OrderPlaced gave up: refused", "webshop deadletters replay e finance.OrderPlaced"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	wantHarmless(t, out.String())
}

func wantHarmless(t *testing.T, text string) {
	t.Helper()
	if strings.ContainsAny(text, "\x1b\x07\r\u202e") {
		t.Errorf("control characters come through: %q", text)
	}
}

// TestTopFitsItsTerminal: no line is wider, and no screen higher, and the rest can be scrolled to.
func TestTopFitsItsTerminal(t *testing.T) {
	m := top{ctx: t.Context(), get: shop, width: 40, height: 8}
	if err := shop(t.Context(), "/console/api/shape", &m.shape); err != nil {
		t.Fatal(err)
	}
	next, _ := m.Update(m.look())
	next, _ = next.Update(tea.WindowSizeMsg{Width: 30, Height: 6})
	seen := ""
	for range 20 {
		lines := strings.Split(ansi.Strip(next.View().Content), "\n")
		if len(lines) > 5 {
			t.Fatalf("%d lines: %q", len(lines), lines)
		}
		for _, line := range lines {
			if ansi.StringWidth(line) > 30 {
				t.Errorf("too wide: %q", line)
			}
			seen += line + "\n"
		}
		next, _ = next.Update(tea.KeyPressMsg{Code: tea.KeyDown})
	}
	if !strings.Contains(seen, "PARTNERS") {
		t.Error("the end cannot be scrolled to")
	}
	if _, end := next.Update(tea.KeyPressMsg{Code: 'q', Text: "q"}); end == nil {
		t.Error("q does not end it")
	}
}
