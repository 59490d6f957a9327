package app_test

import (
	"strings"
	"testing"

	"acme.example/webshop/app"
)

// TestAProcessThatCannotBeIsRefused with the wrong flag's name, before it does anything.
func TestAProcessThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("RECOGNIZABLE", 4)
	right := func(services string) app.Config {
		c := config(t)
		c.DataDir = "/dev/null/nowhere" // nothing may be made
		c.Services = strings.Split(services, ",")
		c.NATSURL, c.DatabaseURL = []app.Secret{"nats://127.0.0.1:1"}, app.Secret("postgres://shop:"+secret+"@127.0.0.1:1/shop")
		c.LinkSecret, c.PublicURL = []app.Secret{app.Secret(secret)}, "http://shop.example.com"
		c.StockistSecret, c.ScreeningSecret = []app.Secret{app.Secret(secret)}, []app.Secret{app.Secret(secret + "2")}
		c.PrivateToken = app.Secret(secret)
		return c
	}
	for name, c := range map[string]struct {
		services string
		change   func(*app.Config)
		says     string
	}{
		"unknown service":                  {"order,orders", func(*app.Config) {}, `there is no service "orders"`},
		"a service twice":                  {"order,order", func(*app.Config) {}, "order is there twice"},
		"no name":                          {"", func(*app.Config) {}, `there is no service ""`},
		"no way to the database":           {"order", func(c *app.Config) { c.DatabaseURL = "" }, "--database-url (WEBSHOP_DATABASE_URL)"},
		"a file of its own":                {"order,database", func(c *app.Config) { c.DatabaseURL = "" }, "SQLite file in the data folder does not reach the others"},
		"a bus of its own":                 {"order", func(c *app.Config) { c.NATSURL = nil }, "--nats-url"},
		"a database with a bus of its own": {"database", func(c *app.Config) { c.NATSURL = nil }, "--nats-url"},
		"no link secret":                   {"delivery", func(c *app.Config) { c.LinkSecret = nil }, "--link-secret"},
		"no secret of the stockist":        {"stock", func(c *app.Config) { c.StockistSecret = nil }, "--stockist-secret"},
		"no secret of the fraud check":     {"fraud", func(c *app.Config) { c.ScreeningSecret = nil }, "--screening-secret"},
		"one secret of two partners":       {"stock,fraud", func(c *app.Config) { c.ScreeningSecret = append(c.ScreeningSecret, c.StockistSecret...) }, "in common"},
		"a short secret":                   {"stock", func(c *app.Config) { c.StockistSecret = append(c.StockistSecret, "short") }, "at least 24 bytes"},
		"a secret that is not base64":      {"stock", func(c *app.Config) { c.StockistSecret = []app.Secret{"whsec_" + app.Secret(secret) + "!"} }, "must be base64"},
		"a token for two hosts": {"order", func(c *app.Config) {
			c.PaymentsUSURL, c.CarrierURL = "https://pay.example", "https://vans.example"
			c.PaymentsUSToken, c.CarrierToken = app.Secret(secret), app.Secret(secret)
		}, "go to two hosts"},
		"a real partner without a secret": {"stock", func(c *app.Config) { c.StockistURL, c.StockistSecret = "https://plants.example", nil }, "take --stockist-secret too"},
		"no public address":               {"email", func(c *app.Config) { c.PublicURL = "" }, "--public-url"},
		"a database of another kind":      {"finance", func(c *app.Config) { c.DatabaseURL = app.Secret("mysql://shop:" + secret + "@127.0.0.1:1/shop") }, "--database-url must be like"},
		"a NATS address of another kind":  {"finance", func(c *app.Config) { c.NATSURL = []app.Secret{app.Secret("http://shop:" + secret + "@127.0.0.1:1")} }, "--nats-url must be like"},
		"more replicas than servers":      {"finance", func(c *app.Config) { c.NATSReplicas = 3 }, "--nats-replicas 3"},
		"simulators with a slash":         {"finance", func(c *app.Config) { c.SimulatorsURL = "http://127.0.0.1:1/" }, "--simulators-url must be like"},
		"no token for operators":          {"finance", func(c *app.Config) { c.PrivateToken = "" }, "WEBSHOP_PRIVATE_TOKEN"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := right(c.services)
			c.change(&wrong)
			_, err := app.Start(t.Context(), wrong, nil)
			if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), secret) {
				t.Errorf("started: %v", err)
			}
		})
	}
	c := config(t)
	c.NATSReplicas = 1
	if _, err := app.Start(t.Context(), c, nil); err == nil || !strings.Contains(err.Error(), "--nats-replicas") {
		t.Errorf("replicas of the embedded bus: %v", err)
	}
}
