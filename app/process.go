package app

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"acme.example/webshop/event"
)

// The services that this package treats specially, as event.Services names them.
const (
	orderService    = "order"
	deliveryService = "delivery"
	fraudService    = "fraud"
	approvalService = "approval"
	stockService    = "stock"
	financeService  = "finance"
	emailService    = "email"
	databaseService = "database"
)

// runs reports whether this process runs one of the services.
func (c Config) runs(names ...string) bool {
	return len(c.Services) == 0 || slices.ContainsFunc(names, func(n string) bool { return slices.Contains(c.Services, n) })
}

// whole reports whether this process runs all services.
func (c Config) whole() bool {
	return !slices.ContainsFunc(event.ServiceNames(), func(n string) bool { return !c.runs(n) })
}

// running lists the services of this process in the form of --services.
func (c Config) running() string {
	return strings.Join(slices.DeleteFunc(event.ServiceNames(), func(n string) bool { return !c.runs(n) }), ",")
}

// waits reports whether this process needs others, which may start later.
func (c Config) waits() bool { return len(c.NATSURL) > 0 }

// makesLinks and takesCallbacks report whether this process signs or opens links to orders, and whether it receives
// signed callbacks of partners.
func (c Config) makesLinks() bool {
	return c.runs(event.ServicesThat(func(s event.Service) bool { return s.Links })...)
}

func (c Config) takesCallbacks() bool {
	return c.runs(event.ServicesThat(func(s event.Service) bool { return s.Callbacks != "" })...)
}

// checkProcess checks the services of this process, and how it reaches the others.
func (c Config) checkProcess() error {
	for i, name := range c.Services {
		if !slices.Contains(event.ServiceNames(), name) {
			return fmt.Errorf("--services: there is no service %q; there are %s", name, strings.Join(event.ServiceNames(), ", "))
		}
		if slices.Contains(c.Services[:i], name) {
			return fmt.Errorf("--services: %s is there twice", name)
		}
	}
	return errors.Join(c.deployment().check(c), checkURL("--simulators-url", c.SimulatorsURL))
}

func (c Config) checkBus() error {
	urls := c.natsURLs()
	switch {
	case len(urls) == 0 && !c.whole():
		return errors.New("--services without all of them needs --nats-url: the bus inside a process does not reach the others")
	case c.NATSReplicas < 0 || c.NATSReplicas > max(len(urls), 1):
		return fmt.Errorf("--nats-replicas %d: must be from 1 to the number of addresses in --nats-url (%d), or 0", c.NATSReplicas, len(urls))
	case c.NATSReplicas > 0 && len(urls) == 0:
		return errors.New("--nats-replicas is for the NATS servers of --nats-url; the bus inside the process has none")
	}
	for _, address := range urls {
		if u, err := url.Parse(address); err != nil || u.Host == "" || (u.Scheme != "nats" && u.Scheme != "tls") {
			return errors.New("--nats-url must be like nats://USER:PASSWORD@HOST:4222 or tls://HOST:4222")
		}
	}
	return nil
}

// checkShared returns which settings that all processes must share are missing. None is made up, since the other
// processes would not know it.
func (c Config) checkShared() error {
	if c.whole() {
		return nil
	}
	var missing []error
	need := func(isThere bool, flag, why string) {
		if !isThere {
			missing = append(missing, fmt.Errorf("%s must be given to a process with the services %s, the same to all: %s", flag, c.running(), why))
		}
	}
	links := c.makesLinks()
	need(!links || len(c.LinkSecret) > 0, "--link-secret (WEBSHOP_LINK_SECRET)", "it signs the links to orders")
	need(!links && !c.takesCallbacks() || c.PublicURL != "", "--public-url", "where customers come in, in front of all processes; it stands in links and callbacks")
	need(!c.runs(stockService) || len(c.StockistSecret) > 0, "--stockist-secret (WEBSHOP_STOCKIST_SECRET)", "the stockist signs callbacks with it")
	need(!c.runs(fraudService) || len(c.ScreeningSecret) > 0, "--screening-secret (WEBSHOP_SCREENING_SECRET)", "the fraud check signs callbacks with it")
	return errors.Join(missing...)
}

// checkURL checks the address of something of the shop's own.
func checkURL(flag, address string) error {
	u, err := url.Parse(address)
	if address != "" && (err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") || strings.HasSuffix(address, "/")) {
		return fmt.Errorf("%s must be like http://127.0.0.1:8081, without a slash at its end", flag)
	}
	return nil
}
