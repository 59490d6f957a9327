package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"acme.example/webshop/platform/partner/simulator"
)

// realPartners tells an auditor which partners of real orders are not simulated, which of them are at Stripe, whether their mails leave the receiver
// of test orders, and where the simulators and the receiver are, if not in this process.
func realPartners(cfg Config) http.Handler {
	real, stripe := map[string]string{}, []string{}
	for _, p := range cfg.parties() {
		switch {
		case cfg.Keys()[p.name] != "":
			stripe = append(stripe, p.name)
		case p.address != "":
			real[p.name] = p.address
		}
	}
	told := map[string]any{"partners": real, "stripe": stripe, "mail": cfg.SMTPAddr != ""}
	if cfg.SimulatorsURL != "" {
		told["simulators"] = cfg.SimulatorsURL
	}
	if cfg.TestSMTPAddr != "" {
		told["viewer"] = cfg.viewer()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(told) // the client may have gone
	})
}

// PartnersAt parses where partners are: all under one address, each under its name, or each at its own (NAME=URL).
func PartnersAt(base string, each []string) (map[string]string, error) {
	urls := map[string]string{}
	for _, name := range simulator.Names {
		if base != "" {
			urls[name] = strings.TrimSuffix(base, "/") + "/" + name
		}
	}
	for _, one := range each {
		name, url, ok := strings.Cut(one, "=")
		if !ok || !slices.Contains(simulator.Names, name) {
			return nil, fmt.Errorf("%q: must be NAME=URL, with one of the names %s", one, strings.Join(simulator.Names, ", "))
		}
		urls[name] = url
	}
	return urls, nil
}
