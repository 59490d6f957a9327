package template_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"acme.example/webshop/deploy/aws/template"
	"acme.example/webshop/surfaces/web"
)

// TestPageChoice compares CloudFront's function, run by Node.js, with the shop's own rule of languages.
func TestPageChoice(t *testing.T) {
	cases := []struct{ path, cookies, accept string }{
		{"/", "", ""}, {"/", "", "es"}, {"/", "", "es-MX,en;q=0.9"}, {"/cart", "", "en;q=0.2,es;q=0.8"}, {"/order", "language=es", "en"},
		{"/order", "market-language=es", "en"}, {"/order", "market-language=es", "fr"}, {"/order", "market-language=fr", "de"},
		{"/order", "order-language=es", "en"}, {"/order", "language=en; order-language=es", "es"}, {"/order", "order-language=es; market-language=en", "fr"}, {"/", "language=fr", "es"},
		{"/", "language=fr; market-language=es", "en"}, {"/cart.html", "", "fr,de;q=0.5"}, {"/", "", "es;q=0,en;q=0.1"}, {"/", "", "ES-mx"},
		{"/", "", "es;q=x,en;q=0.1"}, {"/", "", ";;,,q=1"}, {"/", "language=en; language=es", ""}, {"/delivery", "language=es", ""},
		{"/success", "", "en;q=0.5,es;q=0.5"}, {"/", "", "de, es ; q=0.3 , en;q=0.2"}, {"/nope", "language=es", ""}, {"/constructor", "", ""},
	}
	exported, err := web.Export()
	if err != nil {
		t.Fatal(err)
	}
	var events []any
	for _, c := range cases {
		events = append(events, viewed(c.path, c.cookies, c.accept))
	}
	for i, uri := range run(t, events) {
		w, r := httptest.NewRecorder(), request(cases[i].path, cases[i].cookies, cases[i].accept)
		web.Handler().ServeHTTP(w, r)
		got := string(exported.Files[strings.TrimPrefix(uri, "/")])
		if w.Code == http.StatusOK && got != w.Body.String() || w.Code == http.StatusNotFound && got != "" {
			t.Errorf("%+v: the function says %s, and the shop answers %d in %s", cases[i], uri, w.Code, w.Header().Get("Content-Language"))
		}
	}
}

func request(path, cookies, accept string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for name, value := range map[string]string{"Cookie": cookies, "Accept-Language": accept} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	return r
}

// viewed returns a request in the form that CloudFront passes to its function.
func viewed(path, cookies, accept string) any {
	type value struct {
		Value      string  `json:"value"`
		MultiValue []value `json:"multiValue,omitempty"`
	}
	jar, headers := map[string]value{}, map[string]value{}
	for _, c := range request(path, cookies, accept).Cookies() {
		was, twice := jar[c.Name]
		now := value{Value: c.Value}
		if twice {
			now.MultiValue = []value{{Value: was.Value}, {Value: c.Value}}
		}
		jar[c.Name] = now
	}
	if accept != "" {
		headers["accept-language"] = value{Value: accept}
	}
	return map[string]any{"request": map[string]any{"method": "GET", "uri": path, "headers": headers, "cookies": jar}}
}

// run calls the template's function for each event.
func run(t *testing.T, events []any) (uris []string) {
	t.Helper()
	tree, err := template.Parse(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	choice := tree["Resources"].(map[string]any)["PageChoice"].(map[string]any)["Properties"].(map[string]any)["FunctionCode"].(string)
	text, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	code := choice + "\nconsole.log(JSON.stringify(" + string(text) + ".map(function (e) { return handler(e).uri; })));"
	out, err := exec.CommandContext(t.Context(), "node", "-e", code).Output()
	if err == nil {
		err = json.Unmarshal(out, &uris)
	}
	if err != nil || len(uris) != len(events) {
		t.Fatalf("%v: %s", err, out)
	}
	return uris
}
