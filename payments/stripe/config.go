package stripe

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// What Stripe's keys and secrets begin with.
var (
	livePrefixes   = []string{"sk_live_", "rk_live_"}
	testPrefixes   = []string{"sk_test_", "rk_test_"}
	secretPrefixes = []string{"whsec_"}
)

func (c Config) check() error {
	problems := []error{
		checkKey("live key", c.LiveKey, livePrefixes),
		checkKey("test key", c.TestKey, testPrefixes),
		checkSecrets("live webhook secret", c.LiveSecrets),
		checkSecrets("test webhook secret", c.TestSecrets),
		checkBase(c.BaseURL, c.LiveKey != ""),
	}
	if c.LiveKey == "" && c.TestKey == "" {
		problems = append(problems, errors.New("stripe: set a live key, a test key or both"))
	}
	if slices.ContainsFunc(c.LiveSecrets, func(s string) bool { return slices.Contains(c.TestSecrets, s) }) {
		problems = append(problems, errors.New("stripe: live and test webhooks must have different secrets"))
	}
	return errors.Join(problems...)
}

// checkKey refuses a key of another kind. It says what the key begins with, when that is a kind that Stripe has.
func checkKey(setting, key string, prefixes []string) error {
	if key == "" {
		return nil
	}
	if err := checkText(setting, key, prefixes); err == nil {
		return nil
	}
	for _, other := range slices.Concat(livePrefixes, testPrefixes, []string{"pk_live_", "pk_test_"}, secretPrefixes) {
		if strings.HasPrefix(key, other) && !slices.Contains(prefixes, other) {
			return fmt.Errorf("stripe: the %s must begin with %s; this one begins with %s", setting, strings.Join(prefixes, " or "), other)
		}
	}
	return checkText(setting, key, prefixes)
}

func checkSecrets(setting string, secrets []string) error {
	for _, s := range secrets {
		if err := checkText(setting, s, secretPrefixes); err != nil {
			return err
		}
	}
	return nil
}

// checkText refuses what cannot be one of Stripe's keys or secrets.
func checkText(setting, text string, prefixes []string) error {
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(text, prefix); ok && rest != "" && !strings.ContainsFunc(rest, notInKey) {
			return nil
		}
	}
	return fmt.Errorf("stripe: the %s must begin with %s, and go on with letters and digits", setting, strings.Join(prefixes, " or "))
}

// notInKey reports what no key has. Secrets may be in base64.
func notInKey(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-+/=", r))
}

// checkBase refuses to send a live key over a network in the clear.
func checkBase(base string, live bool) error {
	u, err := url.Parse(base)
	if err != nil {
		return errors.New("stripe: the base URL cannot be read")
	}
	ip := net.ParseIP(u.Hostname())
	if live && u.Scheme != "https" && u.Hostname() != "localhost" && !ip.IsLoopback() {
		return errors.New("stripe: with a live key, the base URL must begin with https://")
	}
	return nil
}

// secret is a signing secret of a webhook.
type secret struct {
	text string
	test bool
}

func (c Config) secrets() (all []secret) {
	for _, s := range c.LiveSecrets {
		all = append(all, secret{s, false})
	}
	for _, s := range c.TestSecrets {
		all = append(all, secret{s, true})
	}
	return all
}
