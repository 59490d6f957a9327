package app

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"acme.example/webshop/event"
	"acme.example/webshop/surfaces/edge"
)

// mention is a text that a file must have because of a service or a subscription.
type mention struct {
	file, text string // text is a regular expression
}

// mentionsOf lists where a service must be named, besides generated files.
func mentionsOf(s event.Service) []mention {
	name, own := s.Name, "deploy/kubernetes/"+s.Name+"/kustomization.yaml"
	all := []mention{
		{"deploy/compose.yaml", `WEBSHOP_SERVICES: ` + name + `\b`},
		{own, `name: WEBSHOP_SERVICES, value: ` + name + `\}`},
		{own, `app.kubernetes.io/component: ` + name + `\}`},
		{"deploy/kubernetes/base/kustomization.yaml", `- \.\./` + name + `\n`},
		{"deploy/aws/functions/functions.go", `Services: \[\]string\{[^}]*"` + name + `"`},
		{".dockerignore", `(?m)^!` + folderOf(name) + `$`},
		{"docs/configuration.md", "`--services`.*`" + name + "`"},
		{"docs/scale-out.md", "(?m)^\\| `" + name + "` \\|"},
		{"platform/database/postgres/privileges.go", `"` + name + `":`},
		{"deploy/kubernetes/trial/user.sh", `for service in .*\b` + name + `\b`},
		{"deploy/secrets.sh", `for service in .*\b` + name + `\b`},
		{"app/config.go", `Services that this process runs.*\b` + name + `\b`},
	}
	if len(subscriptionsOf(name)) > 0 {
		all = append(all, mention{own, `matchLabels: \{service: ` + name + `\}`})
	}
	for _, path := range s.Public {
		all = append(all,
			mention{"deploy/gateway/nginx.conf", `location (= )?` + path + ` \{\s*proxy_pass http://\$` + name + `;`},
			mention{"deploy/kubernetes/base/ingress.yaml", `path: ` + path + `, .*name: webshop-` + name + `,`},
			mention{"deploy/kubernetes/base/network.yaml", `(?s)name: customers.*?values: \[[^]]*\b` + name + `\b`},
			mention{"docs/scale-out.md", "`" + path + "`.*\\| `" + name + "` \\|"},
		)
	}
	return all
}

// folderOf returns the top folder of a service.
func folderOf(service string) string {
	if service == databaseService {
		return "platform"
	}
	return service
}

// mentionsOfSubscription lists where a subscription must be named, besides generated files.
func mentionsOfSubscription(s event.Subscription) []mention {
	quoted := `"` + regexp.QuoteMeta(s.Subscriber) + `"`
	return []mention{
		{"app/wiring.go", quoted + `:`},
		{"deploy/aws/functions/functions.go", `Subscribers:.*` + quoted},
		{"evidence/audit/rules.go", `"` + string(s.Type) + `": \{source: .*\n?\s*heard: \[\]string\{[^}]*` + quoted},
		{"evidence/audit/rules.go", `(?s)deadlines = .*` + quoted + `:`},
		{"README.md", `-->\|"?` + string(s.Type) + `[^|]*\| ` + s.Service() + `\b`},
	}
}

func subscriptionsOf(service string) (names []string) {
	for _, s := range event.Subscriptions {
		if s.Service() == service {
			names = append(names, s.Subscriber)
		}
	}
	slices.Sort(names)
	return names
}

// TestRegistry: each service and each subscription is named wherever it must be.
func TestRegistry(t *testing.T) {
	for _, s := range event.Services {
		for _, m := range mentionsOf(s) {
			m.check(t, "the service "+s.Name)
		}
	}
	for _, s := range event.Subscriptions {
		for _, m := range mentionsOfSubscription(s) {
			m.check(t, "the subscriber "+s.Subscriber)
		}
	}
}

func (m mention) check(t *testing.T, of string) {
	t.Helper()
	text, err := os.ReadFile("../" + m.file)
	if err != nil {
		t.Errorf("%s: %v", of, err)
	} else if !regexp.MustCompile(m.text).Match(text) {
		t.Errorf("%s lacks %s: nothing in it is like %s", m.file, of, m.text)
	}
}

// TestRegistryIsWired: the table of the wiring has each service with its subscriptions in the registry, and its public
// paths are those that a gateway sends to it.
func TestRegistryIsWired(t *testing.T) {
	left := event.ServiceNames()
	for _, row := range new(system).unconnected().table() {
		i := slices.Index(left, row.name)
		if i < 0 {
			t.Errorf("event/services.go lacks the service %s, or app/wiring.go has it twice", row.name)
			continue
		}
		left = slices.Delete(left, i, i+1)
		var hears []string
		for name := range row.hears {
			hears = append(hears, name)
		}
		slices.Sort(hears)
		if want := subscriptionsOf(row.name); !slices.Equal(hears, want) {
			t.Errorf("in app/wiring.go, %s hears %q; event/subscriptions.go says %q", row.name, hears, want)
		}
		checkPublic(t, row)
	}
	if len(left) > 0 {
		t.Errorf("app/wiring.go lacks the services %v", left)
	}
}

func checkPublic(t *testing.T, row service) {
	t.Helper()
	api := edge.NewAPI(http.NewServeMux(), publicTitle, Version)
	if row.public != nil {
		row.public(api)
	}
	for path := range api.OpenAPI().Paths {
		if got := event.ServiceFor(path); got != row.name {
			t.Errorf("event/services.go: a gateway sends %s to %s, and %s serves it", path, got, row.name)
		}
	}
}

// TestRegistryOfPackages: the image is built from all folders that the program needs.
func TestRegistryOfPackages(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}}", "../cmd/webshop").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.Lines(string(out)) {
		if ours, is := strings.CutPrefix(strings.TrimSpace(path), "acme.example/webshop/"); is {
			top, _, _ := strings.Cut(ours, "/")
			mention{".dockerignore", `(?m)^!` + top + `$`}.check(t, "the package "+top)
		}
	}
}

// TestRegistryOfEvents: the table in docs/events.md is generated from the registry.
func TestRegistryOfEvents(t *testing.T) {
	page, err := os.ReadFile("../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	if made, err := event.WithTable(page); err != nil || string(made) != string(page) {
		t.Errorf("docs/events.md has another table of subscribers than event/subscriptions.go; run make generate (%v)", err)
	}
}
