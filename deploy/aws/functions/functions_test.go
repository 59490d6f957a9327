package functions_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"acme.example/webshop/deploy/aws/functions"
	"acme.example/webshop/event"
)

// TestEverySubscriberHasOneFunction: a new subscription without a function fails here.
func TestEverySubscriberHasOneFunction(t *testing.T) {
	places := map[string][]string{}
	for _, f := range functions.All {
		for _, s := range f.Subscribers {
			places[s] = append(places[s], f.Name)
			if service, _, _ := strings.Cut(s, "."); !slices.Contains(f.Services, service) {
				t.Errorf("%s hears %s and does not run %s", f.Name, s, service)
			}
		}
	}
	for _, sub := range event.Subscriptions {
		if len(places[sub.Subscriber]) != 1 {
			t.Errorf("%s is in the functions %v", sub.Subscriber, places[sub.Subscriber])
		}
		delete(places, sub.Subscriber)
	}
	if len(places) > 0 {
		t.Errorf("no one subscribes as %v", places)
	}
}

// TestEveryRouteHasOneFunction: each operation of the OpenAPI documents has one, except for streamed answers; and no
// function has other routes, except those in no document.
func TestEveryRouteHasOneFunction(t *testing.T) {
	for document, c := range map[string]struct {
		routes func(functions.Function) []functions.Route
		more   []string
	}{
		"../../../app/openapi-public.yaml":  {func(f functions.Function) []functions.Route { return f.Public }, []string{"GET /healthz", "GET /readyz"}},
		"../../../app/openapi-private.yaml": {func(f functions.Function) []functions.Route { return f.Private }, []string{"GET /database", "POST /database", "GET /partners/real"}},
	} {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		var doc struct{ Paths map[string]map[string]any }
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		want := append([]string{}, c.more...)
		for path, operations := range doc.Paths {
			for method := range operations {
				if path != "/trackOrder/live" {
					want = append(want, strings.ToUpper(method)+" "+path)
				}
			}
		}
		var got []string
		for _, f := range functions.All {
			for _, r := range c.routes(f) {
				got = append(got, r.Method+" "+r.Path)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the functions have\n%q, and the document\n%q", document, got, want)
		}
	}
}

// TestARuleHandsOverNothingOfACustomer: a function gets the event's id and no payload.
func TestARuleHandsOverNothingOfACustomer(t *testing.T) {
	for _, sub := range event.Subscriptions {
		transformer := functions.Transformer(sub)
		for _, path := range transformer.InputPathsMap {
			if !slices.Contains([]string{"$.detail.id", "$.detail.subject", "$.detail.traceparent"}, path) {
				t.Errorf("%s gets %s", sub.Subscriber, path)
			}
		}
		var got map[string]any
		if err := json.Unmarshal([]byte(transformer.InputTemplate), &got); err != nil || got["subscriber"] != sub.Subscriber {
			t.Errorf("%s: %v: %s", sub.Subscriber, err, transformer.InputTemplate)
		}
		if name := functions.RuleName("any-stack", sub.Subscriber); functions.SubscriberOfRule("arn:aws:events:eu-west-1:1:rule/bus/"+name) != sub.Subscriber {
			t.Errorf("%s is not the subscriber of %s", sub.Subscriber, name)
		}
	}
	if s := functions.SubscriberOfRule("arn:aws:events:eu-west-1:1:rule/else"); s != "" {
		t.Errorf("a rule that is not ours belongs to %s", s)
	}
}
