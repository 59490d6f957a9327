package mailaddr_test

import (
	"testing"

	"acme.example/webshop/platform/mailaddr"
)

func TestWhoseMailServerIsReached(t *testing.T) {
	for text, want := range map[string]struct {
		organization string
		provider     bool
	}{
		"ana@example.com":              {"example.com", false},
		"Ana+1@Mail.Sales.Example.COM": {"example.com", false},
		"ana@shop.co.uk":               {"shop.co.uk", false},
		"ana@a.b.shop.co.uk":           {"shop.co.uk", false},
		"ana@bücher.example":           {"xn--bcher-kva.example", false},
		"a.n.a@googlemail.com":         {"gmail.com", true},
		"ana@YAHOO.co.uk":              {"yahoo.co.uk", true},
		"ana@co.uk":                    {"co.uk", false},
		"ana@localhost":                {"localhost", false},
		"no address":                   {"", false},
	} {
		if o := mailaddr.Organization(text); o != want.organization || mailaddr.Provider(o) != want.provider {
			t.Errorf("%q: %q, provider %t; want %q, %t", text, o, mailaddr.Provider(o), want.organization, want.provider)
		}
	}
}
