package email

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"acme.example/webshop/platform/fault"
)

// TestMain makes errors problems, as in the shop.
func TestMain(m *testing.M) {
	otherwise := huma.NewErrorWithContext
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		if status == http.StatusUnprocessableEntity {
			status = http.StatusBadRequest // as in the shop
		}
		if len(errs) == 1 && status == http.StatusInternalServerError {
			return fault.ProblemOf(errs[0])
		}
		return otherwise(ctx, status, msg, errs...)
	}
	os.Exit(m.Run())
}

func post(t *testing.T, s *Service, body string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	s.PrivateRoutes(humago.New(mux, huma.DefaultConfig("test", "1")))
	w := httptest.NewRecorder()
	r := httptest.NewRequest("POST", "/email", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	mux.ServeHTTP(w, r)
	return w
}

// seedExample is the seed's own request, with the address that its page hides.
const seedExample = `{"transaction":"DeliveryBooked","orderId":142124,"name":"Someone","email":"someone@example.com",
	"phone":"123123123123","street":"ThatWay 1","city":"ThereCity","deliveryTime":"1200"}`

func TestSeedExampleWorks(t *testing.T) {
	s, o := service(t)
	for _, body := range []string{seedExample, strings.Replace(seedExample, "deliveryTime", "time", 1)} {
		w := post(t, s, body)
		var answer MailAnswer
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d %s: %v", w.Code, w.Body, err)
		}
		m := o.sent[len(o.sent)-1]
		if answer != (MailAnswer{"SUCCESS", m.ID, ""}) || m.Test || !strings.Contains(m.Text, "Wednesday, December 31, 1969, 7:00 PM") {
			t.Errorf("answer %+v for\n%s", answer, m.Text)
		}
	}
}

func TestRouteSendsEachMail(t *testing.T) {
	s, o := service(t)
	for _, c := range []struct{ body, subject, tells string }{
		{`{"transaction":"OrderCreated","orderId":7,"name":"A","email":"a@b.mx","market":"MX","products":"LB001,LB001","totalPrice":600000,"currency":"MXN","testId":3,"more":true}`,
			"Gracias por tu pedido 7", "2 × Bambú de la suerte\n\nTotal: $6,000.00 MXN"},
		{`{"transaction":"OrderCreated","orderId":7,"name":"A","email":"a@b.mx"}`, "Thank you for your order 7", "Thank you, A!"},
		{`{"transaction":"OrderDeliverable","orderId":7,"name":"A","email":"a@b.mx"}`, "Order 7 is ready: pick a delivery time", "deliver.1"},
	} {
		w := post(t, s, c.body)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", c.body, w.Code, w.Body)
		}
		m := o.sent[len(o.sent)-1]
		if m.Subject != c.subject || !strings.Contains(m.Text, c.tells) {
			t.Errorf("%s made %q:\n%s", c.body, m.Subject, m.Text)
		}
		if test := strings.Contains(c.body, "testId"); m.Test != test || strings.Contains(w.Body.String(), "/mail/"+m.ID) != test {
			t.Errorf("%s: test %v, answer %s", c.body, m.Test, w.Body)
		}
	}
}

func TestBadRequestsNameTheFieldAndSendNothing(t *testing.T) {
	with := func(field, value string) string {
		var body map[string]any
		if err := json.Unmarshal([]byte(seedExample), &body); err != nil {
			t.Fatal(err)
		}
		delete(body, field)
		if value != "" {
			body[field] = json.RawMessage(value)
		}
		raw, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	long := func(n int) string { return `"` + strings.Repeat("é", n) + `"` }
	for _, c := range []struct {
		field, value string
	}{
		{"transaction", ""}, {"transaction", `"OrderPlaced"`}, {"transaction", `""`}, {"transaction", `"deliverybooked"`}, {"transaction", `7`},
		{"orderId", ""}, {"orderId", `0`}, {"orderId", `-1`}, {"orderId", `2147483648`}, {"orderId", `1.5`}, {"orderId", `"x"`},
		{"name", ""}, {"name", `""`}, {"name", `"  "`}, {"name", long(201)}, {"name", `"a\r\nBcc: x@y.z"`}, {"name", `["a"]`},
		{"email", ""}, {"email", `""`}, {"email", `"nobody"`}, {"email", `"a@b.c, d@e.f"`}, {"email", `"A <a@b.c>"`},
		{"email", `"a@b.c\r\nBcc: x@y.z"`}, {"email", `"a@[127.0.0.1]"`}, {"email", `"` + strings.Repeat("a", 251) + `@b.c"`},
		{"deliveryTime", ""}, {"deliveryTime", `"soon"`}, {"deliveryTime", `"-5"`}, {"deliveryTime", `"99999999999999999"`}, {"deliveryTime", `1200`},
		{"street", long(201)}, {"street", `"a\u0000b"`}, {"city", long(101)}, {"city", `"a\nb"`}, {"phone", long(33)},
		{"market", `"FR"`}, {"market", `7`}, {"currency", `"XYZ"`}, {"currency", `"DOLLAR"`}, {"totalPrice", `-1`}, {"totalPrice", `1e30`},
		{"testId", `-1`}, {"products", `"` + strings.Repeat("a", 42901) + `"`}, {"products", `"LB001\r\n"`},
	} {
		s, o := service(t)
		w := post(t, s, with(c.field, c.value))
		short := fmt.Sprintf("%s = %.40s", c.field, c.value)
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), c.field) || len(o.sent) != 0 {
			t.Errorf("%s: %d %s; %d sent", short, w.Code, w.Body, len(o.sent))
		}
	}
}

func TestUnreadableRequests(t *testing.T) {
	for body, want := range map[string]int{
		"": http.StatusBadRequest, "{": http.StatusBadRequest, "name=Someone": http.StatusBadRequest,
		"[]": http.StatusBadRequest, "null": http.StatusBadRequest,
		`{"name":"` + strings.Repeat("x", 65<<10) + `"}`: http.StatusRequestEntityTooLarge,
	} {
		s, o := service(t)
		if w := post(t, s, body); w.Code != want || len(o.sent) != 0 {
			t.Errorf("%.30q: %d %.200s, want %d", body, w.Code, w.Body, want)
		}
	}
}

func TestMailServerThatIsDownIsTold(t *testing.T) {
	s, o := service(t)
	o.err = fault.Wrap(fmt.Errorf("secret cause"), fault.Unavailable, "the mail server is down")
	w := post(t, s, seedExample)
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
