package functions_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/aws/functions"
	"acme.example/webshop/event"
)

// TestEverySubscriberHasOneFunction: a new subscription without a place fails here.
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

// TestEveryRouteHasOneFunction: each operation of the OpenAPI documents has one, but for the answers in a stream.
func TestEveryRouteHasOneFunction(t *testing.T) {
	for document, routes := range map[string]func(functions.Function) []functions.Route{
		"../../app/openapi-public.yaml":  func(f functions.Function) []functions.Route { return f.Public },
		"../../app/openapi-private.yaml": func(f functions.Function) []functions.Route { return f.Private },
	} {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		places := map[string]int{"/trackOrder/live": 1}
		for _, f := range functions.All {
			for _, r := range routes(f) {
				places[r.Path]++
			}
		}
		for line := range strings.Lines(string(text)) {
			path, isPath := strings.CutPrefix(strings.TrimRight(line, ":\n"), "  /")
			if !isPath || strings.HasPrefix(path, " ") {
				continue
			}
			if places["/"+path] == 0 {
				t.Errorf("%s: no function has /%s", document, path)
			}
		}
	}
}

// TestARuleHandsOverNothingOfACustomer: what a function gets is which event it is, and no payload.
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
