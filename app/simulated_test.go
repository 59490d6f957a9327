package app_test

import (
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/partner/simulator"
)

// all are the names that --simulate accepts.
var all = append([]string{"mail"}, simulator.Names...)

// TestAHalfSimulatedShopIsRefused: a shop for real customers, by its address or by a real partner, does not start while
// another partner is simulated without --simulate, and names it.
func TestAHalfSimulatedShopIsRefused(t *testing.T) {
	t.Parallel()
	but := func(names ...string) (rest []string) {
		for _, name := range all {
			if !strings.Contains(strings.Join(names, " "), name) {
				rest = append(rest, name)
			}
		}
		return rest
	}
	for name, c := range map[string]struct {
		change func(*app.Config)
		says   []string
	}{
		"a public address": {func(c *app.Config) { c.PublicURL = "https://shop.example" }, all},
		"a real partner":   {func(c *app.Config) { c.CarrierURL = "https://vans.example" }, but("carrier")},
		"a mail server":    {func(c *app.Config) { c.SMTPAddr = "mail.example:25" }, but("mail")},
		"all but one, of which it was not said": {func(c *app.Config) {
			c.PublicURL, c.Simulate = "https://shop.example", but("payments-us")
		}, []string{"payments-us", "--payments-us-url", "nothing is charged", "--simulate payments-us"}},
		"simulators elsewhere": {func(c *app.Config) {
			c.PublicURL, c.SimulatorsURL = "https://shop.example", "http://127.0.0.1:1"
			knownSecrets(c)
		}, all},
		"a name that is none": {func(c *app.Config) { c.Simulate = []string{"payments"} }, []string{`there is no partner "payments"`, "payments-mx"}},
		"real and simulated":  {func(c *app.Config) { c.CarrierURL, c.Simulate = "https://vans.example", all }, []string{"--simulate carrier", "--carrier-url"}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t)
			cfg.DataDir = "/dev/null/nowhere" // nothing may be made
			c.change(&cfg)
			_, err := app.Start(t.Context(), cfg, nil)
			if err == nil {
				t.Fatal("started")
			}
			for _, text := range c.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%v does not say %q", err, text)
				}
			}
		})
	}
}

// TestSimulatedPaymentsAreSaid: on the checkout of any shop, and to the operator of a shop for real customers.
func TestSimulatedPaymentsAreSaid(t *testing.T) {
	t.Parallel()
	charged := func(s *shop) map[string]bool {
		var catalog struct {
			MarketDetails []struct {
				Market         string
				NothingCharged bool
			}
		}
		s.call("GET", s.PublicURL+"/catalog", nil).want(200).into(&catalog)
		said := map[string]bool{}
		for _, m := range catalog.MarketDetails {
			said[m.Market] = !m.NothingCharged
		}
		return said
	}
	local := start(t)
	if said := charged(local); said["US"] || said["MX"] || len(said) != 2 {
		t.Errorf("a shop for trying out says that it charges: %v", said)
	}
	half := start(t, func(c *app.Config) { c.PaymentsUSURL = "http://127.0.0.1:1" })
	if said := charged(half); !said["US"] || said["MX"] {
		t.Errorf("a shop whose Mexican payments are simulated says %v", said)
	}
	if told := half.alerted("payments-simulated", ""); strings.Contains(told.What, "payments-us") || !strings.Contains(told.What, "payments-mx") {
		t.Errorf("%+v", told)
	}
	for _, a := range local.alerts().Open {
		if a.Rule == "payments-simulated" {
			t.Errorf("a shop for trying out: %+v", a)
		}
	}
}
