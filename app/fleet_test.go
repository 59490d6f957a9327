package app_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/database/pgtest"
)

// fleet is a shop in many processes (here within one, each started as a process of its own would be), with one database,
// one NATS server, one process of simulated partners, and gateways that route as docs/scale-out.md says. Its *shop is the
// customers' and operators' view.
type fleet struct {
	*shop
	base app.Config
	mu   sync.Mutex
	of   map[string][]*member // the processes with a service, by its name
	next int                  // for the gateways
}

// member is one process of a fleet.
type member struct {
	*app.Shop
	config app.Config
	once   sync.Once
}

const anyOther = "everything else"

// newFleet returns a fleet without processes.
func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{of: map[string][]*member{}}
	f.base = config(t)
	f.base.DataDir, f.base.DatabaseURL = "", app.Secret(pgtest.Database(t)) // no process keeps files
	f.base.NATSURL = []app.Secret{app.Secret(bustest.Server(t))}
	f.base.LinkSecret = []app.Secret{"0123456789-0123456789-0123456789-0123456789"}
	f.base.StockistSecret, f.base.ScreeningSecret = []app.Secret{"0123456789-0123456789-0123456789"}, []app.Secret{"9876543210-9876543210-9876543210"}
	f.base.PrivateToken = token
	f.base.PartnerTimeout = 5 * time.Second
	partners := map[string]string{}
	f.base.SimulatorsURL, f.base.TestSMTPAddr = thirdParties(t, f.base, nil)
	for _, path := range []string{"/mail", "/partners"} {
		partners[path] = f.base.SimulatorsURL
	}
	public := httptest.NewServer(f.gateway(routes(t, "On the public listeners:"), nil))
	private := httptest.NewServer(f.gateway(routes(t, "On the private listeners"), partners))
	t.Cleanup(public.Close)
	t.Cleanup(private.Close)
	f.base.PublicURL = public.URL
	f.shop = &shop{T: t, Shop: &app.Shop{PublicURL: public.URL, PrivateURL: private.URL}, config: f.base, token: token}
	return f
}

// thirdParties runs the simulated partners and a mail receiver.
func thirdParties(t *testing.T, c app.Config, now func() time.Time) (partners, mails string) {
	t.Helper()
	reader, writer := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	third := app.ThirdParties{Addr: "127.0.0.1:0", MailAddr: "127.0.0.1:0", Stockist: c.StockistSecret[0], Screening: c.ScreeningSecret[0], Out: writer, Now: now}
	if len(c.PaymentsUSSecret) > 0 {
		third.PaymentsUS, third.PaymentsMX = c.PaymentsUSSecret[0], c.PaymentsMXSecret[0]
	}
	go func() { ended <- third.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	lines := bufio.NewReader(reader)
	for _, line := range []struct {
		about *regexp.Regexp
		found *string
	}{{regexp.MustCompile(`Partners at (\S+)/NAME`), &partners}, {regexp.MustCompile(`received at ([0-9.:]+)`), &mails}} {
		text, err := lines.ReadString('\n')
		match := line.about.FindStringSubmatch(text)
		if err != nil || match == nil {
			t.Fatalf("%q: %v", text, err)
		}
		*line.found = match[1]
	}
	return partners, mails
}

// routes reads from the documentation which service serves a path. The table follows a text.
func routes(t *testing.T, after string) map[string]string {
	t.Helper()
	doc, err := os.ReadFile("../docs/scale-out.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(doc), after)
	_, rest, more := strings.Cut(rest, "| --- | --- |\n")
	if !found || !more {
		t.Fatalf("docs/scale-out.md has no table after %q", after)
	}
	table := map[string]string{}
	quoted := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(rest) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			break
		}
		for _, path := range quoted.FindAllStringSubmatch(cells[1], -1) {
			table[path[1]] = strings.Trim(cells[2], " `")
		}
		if strings.Contains(cells[1], anyOther) {
			table[anyOther] = strings.Trim(cells[2], " `")
		}
	}
	if len(table) < 5 {
		t.Fatalf("the table after %q has only %v", after, table)
	}
	return table
}

// gateway sends each request to one of the processes that run the path's service, in turn, or to a fixed place.
func (f *fleet) gateway(table, fixed map[string]string) http.Handler {
	under := func(path, route string) bool { return path == route || strings.HasPrefix(path, route+"/") }
	target := func(path string) string {
		for route, place := range fixed {
			if under(path, route) {
				return place
			}
		}
		service := table[anyOther]
		for route, named := range table {
			if route != "/" && under(path, route) {
				service = named
			}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		all := f.of[service]
		if len(all) == 0 {
			return ""
		}
		f.next++
		m := all[f.next%len(all)]
		if fixed == nil {
			return m.address()
		}
		return m.PrivateURL
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := url.Parse(target(r.URL.Path))
		if err != nil || to.Host == "" {
			w.Header().Set("Content-Type", "application/problem+json")
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		proxy := httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to) }, FlushInterval: -1}
		proxy.ServeHTTP(w, r)
	})
}

// address returns the public listener's own address; PublicURL is the gateway's.
func (m *member) address() string { return "http://" + m.PublicAddress() }

// run starts a process with some services.
func (f *fleet) run(services string, change ...func(*app.Config)) *member {
	f.Helper()
	c := f.base
	c.Services = strings.Split(services, ",")
	for _, change := range change {
		change(&c)
	}
	return f.start(c)
}

func (f *fleet) start(c app.Config) *member {
	f.Helper()
	shop, err := app.Start(context.WithoutCancel(f.Context()), c, slog.New(slog.NewTextHandler(testLog{f.T}, nil)))
	if err != nil {
		f.Fatalf("%v: %v", c.Services, err)
	}
	m := &member{Shop: shop, config: c}
	f.T.Cleanup(func() { f.end(m) })
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range c.Services {
		f.of[name] = append(f.of[name], m)
	}
	return m
}

// end removes a process from the gateways and stops it, once.
func (f *fleet) end(m *member) {
	m.once.Do(func() {
		f.mu.Lock()
		for name, all := range f.of {
			f.of[name] = slices.DeleteFunc(slices.Clone(all), func(other *member) bool { return other == m })
		}
		f.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := m.Stop(ctx); err != nil {
			f.Errorf("stop of %v: %v", m.config.Services, err)
		}
	})
}
