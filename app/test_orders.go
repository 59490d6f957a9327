package app

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/edge"
)

// The values of --test-orders. The zero value is the default.
const (
	testOrdersAuto  = "auto"
	testOrdersOn    = "on"
	testOrdersToken = "token"
	testOrdersOff   = "off"
)

// checkTestOrders checks who may make test orders.
func (c Config) checkTestOrders() error {
	switch {
	case c.TestOrders == testOrdersToken && c.TestToken == "":
		return errors.New("--test-orders token takes --test-token (WEBSHOP_TEST_TOKEN)")
	case c.TestToken != "" && len(c.TestToken) < shortestToken:
		return fmt.Errorf("--test-token must have at least %d bytes, so that it cannot be guessed", shortestToken)
	}
	if c.KeepTestOrders < 0 {
		return errors.New("--keep-test-orders must be how long test orders are kept, or 0 for ever")
	}
	return nil
}

// mayTest returns an error if the caller may not make test orders on the public listener: they cost the shop as much as
// real ones, and their makers nothing.
func (c Config) mayTest(token string) error {
	switch mode := c.testOrders(); {
	case mode == testOrdersOn:
		return nil
	case mode == testOrdersOff || c.TestToken == "":
		return fault.New(fault.Forbidden, "this shop takes no test orders here; for a real order, leave testId out or send 0")
	case subtle.ConstantTimeCompare([]byte(token), []byte(c.TestToken)) != 1:
		return fault.New(fault.Forbidden, "a test order takes this shop's test token, as the header X-Test-Token; for a real order, leave testId out or send 0")
	}
	return nil
}

// testOrders returns --test-orders, with auto resolved.
func (c Config) testOrders() string {
	switch {
	case c.TestOrders != testOrdersAuto && c.TestOrders != "":
		return c.TestOrders
	case c.TestToken == "" && onThisMachine(c.PublicURL):
		return testOrdersOn
	}
	return testOrdersToken
}

// onThisMachine reports whether the customers of a shop with this public URL ("" for none) are on this machine.
func onThisMachine(publicURL string) bool {
	u, err := url.Parse(publicURL)
	return err == nil && (publicURL == "" || u.Hostname() == "localhost" || edge.Loopback(u.Hostname()))
}
