package audit

import (
	"context"
	"fmt"
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
	c.Partners = over(over(simulated, told.Partners), c.Partners)
	if c.MailURL == "" && viewer != "" {
		c.MailURL, c.MailTestOnly = viewer+"/mail", told.Mail
	}
	return nil
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
