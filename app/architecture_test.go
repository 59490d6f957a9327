package app_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "acme.example/webshop/"

// allowed says which packages of the project each package may import, and why no others. A package that is not listed
// fails the test: it has no place yet.
var allowed = map[string]struct{ imports, why string }{
	"platform/crash":              {"", "a leaf: everything can die, so it can depend on nothing"},
	"platform/telemetry":          {"platform/fault", "a leaf: everything is looked at, so it can depend on nothing but the codes of faults"},
	"money":                       {"", "a leaf: everything counts money, so it can depend on nothing"},
	"platform/fault":              {"", "a leaf: everything fails, so it can depend on nothing"},
	"ref":                         {"", "a leaf: everything outside is told how an order is named, so it can depend on nothing"},
	"event":                       {"address ref", "nearly a leaf: the contract between services must not drag one service into another"},
	"platform/mailaddr":           {"", "a leaf: what a mail address is, whoever asks for one"},
	"platform/access":             {"platform/fault ref", "keys to orders know no orders, but how they are named"},
	"platform/limit":              {"platform/fault", "what one client may ask for is the same whatever it asks for"},
	"platform/login":              {"platform/fault platform/limit", "who calls is the same whatever is called"},
	"address":                     {"", "a leaf: how countries write addresses, whoever reads one"},
	"platform/texts":              {"", "a leaf: pages, mails and the pay page are written in the same languages"},
	"platform/texts/textstest":    {"", "an invented language for tests knows no texts but those that it is given"},
	"cutoff":                      {"platform/fault", "a leaf: the order and the delivery service ask it"},
	"photo":                       {"platform/fault", "a leaf: pictures are made fit to be kept whoever sends them"},
	"order":                       {"address cutoff event payments photo platform/fault platform/mailaddr money ref pricing", services},
	"pricing":                     {"event money", "a price is counted from data alone; it knows no order, so that it can be tried without one"},
	"delivery":                    {"address callbacks cutoff event platform/fault money ref", services},
	"fraud":                       {"callbacks event platform/fault money ref", services},
	"approval":                    {"event platform/fault", services},
	"stock":                       {"callbacks event platform/fault money ref", services},
	"finance":                     {"event platform/fault money ref", services},
	"email":                       {"callbacks event platform/fault platform/mailaddr platform/texts money ref", services},
	"callbacks":                   {"platform/fault", "what services share whose partner may answer later knows none of them"},
	"payments":                    {"platform/fault money", "what a payment is, and what is asked of a provider; no order"},
	"payments/simulated":          {"payments callbacks platform/partner platform/fault money", "an adapter: one provider's words in the shop's"},
	"payments/paymentstest":       {"payments platform/fault money", "what every provider is tested with knows none of them"},
	"payments/stripe":             {"payments platform/partner platform/fault money", "an adapter: one provider's words in the shop's"},
	"payments/stripe/stripetest":  {"", "it stands in for Stripe, and shares no code with the adapter, so that it cannot share its mistakes"},
	"platform/bus":                {"event platform/fault", "the bus carries events and knows neither services nor SQL"},
	"platform/bus/local":          {"platform/bus event", "as bus"},
	"books":                       {"event money platform/fault", "what an accountant computes knows no service, no store and no transport"},
	"platform/bus/nats":           {"platform/bus event", "as bus"},
	"platform/bus/bustest":        {"platform/bus event platform/fault", "what every bus is tested with knows no shop"},
	"platform/database":           {"books books/statement order fraud approval delivery stock finance email event platform/fault money payments ref", "the store speaks the services' types, and no transport"},
	"platform/database/sqlite":    {"platform/database platform/database/queries order fraud approval delivery stock finance event platform/fault money ref payments", "as database"},
	"platform/database/queries":   {"books platform/database order fraud approval delivery stock finance event platform/fault money ref payments", "as database"},
	"platform/database/postgres":  {"platform/database platform/database/queries order fraud approval delivery stock finance event platform/fault money ref payments", "as database"},
	"platform/database/pgtest":    {"", "a server for tests knows no shop"},
	"platform/database/storetest": {"books address cutoff platform/database order fraud approval delivery stock finance email event platform/fault money ref payments", "as database"},
	"surfaces/graphql":            {"platform/database order fraud approval delivery stock finance event platform/fault money ref payments", "as database"},
	"platform/partner":            {"books order fraud delivery stock finance email callbacks event platform/fault platform/mailaddr money", "adapters speak the services' types to the outside"},
	"platform/partner/simulator":  {"event platform/fault platform/texts money", "the third parties know HTTP, and nothing of us but our error form"},
	"platform/partner/mailbox":    {"platform/fault", "as the third parties"},
	"surfaces/web":                {"platform/fault platform/texts", "the pages reach the shop over HTTP only, like any client"},
	"evidence/browsertest":        {"", "its tests use the shop as its customers do, and may start it"},
	"surfaces/papers":             {"books books/paper event order platform/texts rules", "what a document tells is put together of the order, the books and the rules"},
	"surfaces/ops":                {"books platform/database order event platform/fault finance ref payments stock money", "the operator sees through the store"},
	"surfaces/console":            {"books cutoff surfaces/ops platform/database order delivery finance event platform/fault money ref surfaces/web payments", "the operator sees through the store; the pages look like the shop's own"},
	"evidence/audit":              {"", "the auditor shares no code with what it checks, so that it cannot share our mistakes"},
	"deploy":                      {"", "files, and tests that run what they say"},
	"rules/examples":              {"", "data, and what lays it over other data"},
	"rules":                       {"address cutoff platform/database order delivery email event platform/fault platform/texts money pricing payments", "the rules are made of the services' parts, and kept by the store"},
	"books/statement":             {"platform/fault money", "what a bank says knows neither orders nor the books"},
	"books/paper":                 {"money platform/texts", "how a document is written knows neither orders nor the books: it is told all of it"},
	"imports":                     {"event platform/mailaddr money order", "what another system's table says in terms of orders; no store"},
	"surfaces/operatorclient":     {"surfaces/terminal platform/fault money surfaces/ops rules", "it speaks HTTP only; what the answers are called is said where they are made"},
	"platform/datafolder":         {"platform/database/sqlite", "files know no orders; the engine copies its own file"},
	"surfaces/edge":               {"platform/database platform/fault platform/limit", "what is around every handler knows no handler"},
	"app":                         {"*", "the wiring"},
	"evidence/simulation":         {"", "tests only: they wire the services once more, on a clock, a bus and partners that they hold in their hands"},
	"surfaces/terminal":           {"", "it speaks HTTP only, so that it sees what anyone would"},
	"evidence/systemtest":         {"", "the witness speaks HTTP only, so that it cannot share our mistakes"},
	"evidence/harness":            {"", "as the witness: it speaks to processes, HTTP and SMTP only"},
	"evidence/torture":            {"evidence/harness", "as the witness"},
	"evidence/growth":             {"evidence/bench", "measures a shop from outside; tests only"},
	"evidence/clustertest":        {"", "tests only: they start processes, and meet the shop as its customers do"},
	"evidence/bench":              {"", "as the witness; it writes rows only to show what the database alone could do"},
	"cmd/webshop":                 {"app evidence/systemtest evidence/torture evidence/bench evidence/audit platform/datafolder surfaces/operatorclient", "commands and flags only; what they do is in app"},
	"cmd/contracts":               {"app deploy/aws/template event", "as above"},
	"deploy/aws":                  {"app deploy/aws/functions event platform/fault", "the wiring for AWS; what it wires is in app"},
	"deploy/aws/functions":        {"event", "the table of functions: a template is made from it, without an SDK"},
	"deploy/aws/template":         {"deploy/aws/functions event platform/fault surfaces/web", "what follows from the code in a file, and what the file says; no SDK"},
	"deploy/aws/stage":            {"app deploy/aws/template platform/database/pgtest surfaces/web", "it stands in for AWS: functions are processes to it, and it shares no code with them; app has the partners"},
	"cmd/lambda":                  {"app deploy/aws", "as cmd/webshop"},
	"cmd/lambda/pack":             {"", "it packs a file"},
	"cmd/licences":                {"", "it looks at modules, not at the shop"},
}

const services = "a service knows its rules and its events; never another service, nor how it is stored or transported"

// forbidden are third-party packages that only some packages may import.
var forbidden = map[string]struct{ places, why string }{
	"database/sql":          {"platform/database/queries platform/database/sqlite platform/database/postgres evidence/audit evidence/bench", "SQL is the store's business; the auditor and the bench have their own"},
	"modernc.org/sqlite":    {"platform/database/sqlite evidence/audit evidence/bench", "SQL is the store's business; the auditor and the bench have their own"},
	"github.com/jackc/pgx":  {"platform/database/postgres platform/database/pgtest evidence/audit evidence/bench", "SQL is the store's business; the auditor and the bench have their own"},
	"github.com/nats-io/":   {"platform/bus/nats platform/bus/bustest", "NATS is the business of the one bus that is made of it"},
	"github.com/99designs/": {"surfaces/graphql", "GraphQL is the database service's business"},
	"github.com/wneessen/":  {"platform/partner", "mail goes out in one place"},
	"charm.land/":           {"surfaces/terminal", "only this package draws on a terminal"},
	"github.com/alecthomas": {"cmd/webshop cmd/lambda", "flags are the command's business"},
	"github.com/aws/":       {"deploy/aws deploy/aws/stage cmd/lambda", "AWS is a place to run in, and no part of the shop"},
	"github.com/Boostport/": {"address", "what is known of countries is said in one place"},
	"github.com/nyaruka/":   {"address", "what is known of countries is said in one place"},
	"github.com/stripe/":    {"payments/stripe", "what Stripe says is translated in one place"},
	"codeberg.org/go-pdf/":  {"books/paper", "what a document looks like is said in one place"},
	"cel.dev/":              {"pricing", "what an expression is, and what it may cost, is said in one place"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) (all []goPackage) {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	command.Dir = ".."
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestArchitecture(t *testing.T) {
	all := packages(t)
	if len(all) != len(allowed) {
		t.Errorf("the tree has %d packages, the table %d", len(all), len(allowed))
	}
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, module)
		rule, listed := allowed[name]
		if !listed {
			t.Errorf("%s is not in the table of imports: give it a place and say why", name)
		}
		for _, path := range p.Imports {
			if problem := broken(name, rule.imports, path); problem != "" {
				t.Errorf("%s imports %s: %s (%s)", name, path, problem, rule.why)
			}
		}
	}
}

// TestTheProgramHasNoNATSServer: it is a program of its own; tests start it.
func TestTheProgramHasNoNATSServer(t *testing.T) {
	command := exec.Command("go", "list", "-deps", "./cmd/webshop")
	command.Dir = ".."
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "github.com/nats-io/nats-server") {
		t.Error("cmd/webshop has the NATS server in it")
	}
}

// broken returns the rule that an import breaks, or "".
func broken(name, imports, path string) string {
	if path == module+"platform/crash" || path == module+"platform/telemetry" {
		return "" // everything may name the moments at which it must not die, and its steps
	}
	if ours, isOurs := strings.CutPrefix(path, module); isOurs && imports != "*" && !listed(imports, ours) {
		return "it may import only: " + imports
	}
	for prefix, rule := range forbidden {
		if strings.HasPrefix(path, prefix) && !listed(rule.places, name) {
			return rule.why
		}
	}
	return ""
}

func listed(names, name string) bool { return strings.Contains(" "+names+" ", " "+name+" ") }

// TestArchitectureRulesFindBreaches tests the test.
func TestArchitectureRulesFindBreaches(t *testing.T) {
	for _, c := range []struct{ name, path string }{
		{"order", module + "delivery"}, {"order", module + "platform/database"}, {"order", module + "platform/bus"},
		{"stock", "database/sql"}, {"email", "github.com/nats-io/nats.go"}, {"money", module + "platform/fault"}, {"cmd/webshop", module + "order"},
	} {
		if broken(c.name, allowed[c.name].imports, c.path) == "" {
			t.Errorf("%s may import %s", c.name, c.path)
		}
	}
	for _, c := range []struct{ name, path string }{{"order", module + "event"}, {"app", module + "order"}, {"platform/bus/nats", "github.com/nats-io/nats.go"}} {
		if problem := broken(c.name, allowed[c.name].imports, c.path); problem != "" {
			t.Errorf("%s may not import %s: %s", c.name, c.path, problem)
		}
	}
}
