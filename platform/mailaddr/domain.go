package mailaddr

import (
	_ "embed"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Organization returns the registered domain of an address, without subdomains, so that a limit is not evaded by
// mail.a.example, mail.b.example, … An invalid address has none: "".
func Organization(text string) string {
	canonical := Canonical(text)
	at := strings.LastIndex(canonical, "@")
	if at < 0 {
		return ""
	}
	domain := strings.TrimSuffix(canonical[at+1:], ".")
	if registered, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return registered
	}
	return domain
}

//go:embed providers.txt
var providerList string

var providers = func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(providerList) {
		if name := strings.TrimSpace(line); name != "" && !strings.HasPrefix(name, "#") {
			all[name] = true
		}
	}
	return all
}()

// Provider reports whether very many people have their own mailboxes at an organization.
func Provider(organization string) bool { return providers[organization] }
