package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// partnerNames are the partners of the shop.
var partnerNames = []string{"payments-us", "payments-mx", screening, stockist, carrier, bookkeeping}

// AskShop fills in, from the private listener of a running shop, the addresses of its partners' records and of its mails.
// Addresses already set stay.
func (c *Config) AskShop(ctx context.Context) error {
	base := strings.TrimSuffix(c.PrivateURL, "/")
	var told struct {
		Partners   map[string]string
		Stripe     []string // they are accounts there, which tell nothing without their keys
		Mail       bool
		Simulators string  // "": in that process
		Viewer     *string // of the mails of test orders; nil: in that process, "": unknown
	}
	there, err := newWeb(*c).get(ctx, base+"/partners/real", &told)
	if err != nil {
		return fmt.Errorf("audit: is the shop running? %w", err)
	}
	if !there {
		return fmt.Errorf("audit: there is no shop at %s that tells its partners", base)
	}
	simulators, viewer := base+"/partners", base
	if told.Simulators != "" {
		simulators = told.Simulators
	}
	if told.Viewer != nil {
		viewer = *told.Viewer
	}
	simulated := map[string]string{}
	for _, name := range partnerNames {
		simulated[name] = simulators + "/" + name
	}
	c.TestPartners = over(simulated, c.TestPartners)
	real := over(simulated, told.Partners)
	for _, name := range told.Stripe {
		delete(real, name)
	}
	c.Partners = over(real, c.Partners)
	if c.MailURL == "" && viewer != "" {
		c.MailURL, c.MailTestOnly = viewer+"/mail", told.Mail
	}
	return nil
}

// place makes one place for each address of a partner that has none yet.
func (a *auditor) place(urls map[string]string, of map[string]*place, tokens map[string]string) {
	for name, url := range urls {
		if of[name] != nil {
			continue
		}
		i := slices.IndexFunc(a.places, func(p *place) bool { return p.url == url })
		if i < 0 {
			i = len(a.places)
			a.places = append(a.places, newPlace(name, url))
			a.places[i].token = tokens[name]
		}
		of[name] = a.places[i]
	}
}

// over returns a map with another one's values over it.
func over(below, above map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range []map[string]string{below, above} {
		for k, v := range m {
			all[k] = v
		}
	}
	return all
}
