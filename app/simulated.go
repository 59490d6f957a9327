package app

import (
	"fmt"
	"slices"
	"strings"

	"acme.example/webshop/platform/partner/simulator"
)

// mailParty is the name of the mail server of real orders among the partners.
const mailParty = "mail"

// withMail returns the partners and the mail server.
func (c Config) withMail() []party {
	return append(c.parties(), party{name: mailParty, service: emailService, address: c.SMTPAddr, secrets: c.MailSecret})
}

// earnest reports whether the shop is for real customers: it has a public https address, or any real partner.
func (c Config) earnest() bool {
	return strings.HasPrefix(c.PublicURL, "https://") || slices.ContainsFunc(c.withMail(), func(p party) bool { return p.address != "" })
}

// checkSimulated refuses a shop for real customers if one of its partners would be simulated without being named by
// --simulate: a wrong setting must not let customers go without paying or without mails. A process checks the partners of
// its services.
func (c Config) checkSimulated() error {
	var without, flags []string
	for _, p := range c.withMail() {
		wished := slices.Contains(c.Simulate, p.name)
		if wished && p.address != "" {
			return fmt.Errorf("--simulate %s: this partner has an address, %s; leave one of the two out", p.name, p.flag())
		}
		if !wished && p.address == "" && c.runs(p.service) {
			without, flags = append(without, p.name), append(flags, p.flag())
		}
	}
	for _, name := range c.Simulate {
		if !slices.ContainsFunc(c.withMail(), func(p party) bool { return p.name == name }) {
			return fmt.Errorf("--simulate: there is no partner %q; there are %s and %s", name, strings.Join(simulator.Names, ", "), mailParty)
		}
	}
	if len(without) == 0 || !c.earnest() {
		return nil
	}
	return fmt.Errorf("the shop has a public https address or a real partner, and these would be simulated, so that nothing is charged, sent or mailed: %s. "+
		"Give their addresses (%s), or say that it is meant so: --simulate %s", strings.Join(without, ", "), strings.Join(flags, ", "), strings.Join(without, ","))
}

// flag returns the flag for a partner's address.
func (p party) flag() string {
	if p.name == mailParty {
		return "--smtp-addr"
	}
	return "--" + p.name + "-url"
}

// simulatedPayments returns the payment providers that take no money.
func (c Config) simulatedPayments() (names []string) {
	for _, p := range c.parties() {
		if p.pays() && p.address == "" {
			names = append(names, p.name)
		}
	}
	return names
}
