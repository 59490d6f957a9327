package event

import (
	"slices"
	"strings"
)

// Service is a part of the shop that a process can run alone (--services).
type Service struct {
	Name      string
	Does      string
	Public    []string // paths that a gateway sends to it; "/" means all paths of no other service
	Links     bool     // it signs or opens links to orders
	Callbacks string   // the partner whose signed callbacks it receives
	AtConsole bool     // the console calls its private routes, so the processes that run database serve them too
}

// Services are all services. With Subscriptions they are the shop's registry: everything that depends on the set of
// services is generated from it, or compared with it by TestRegistry, which names the file that lacks one.
var Services = []Service{
	{Name: "order", Does: "takes orders and payments, moves orders along, refunds", Public: []string{"/"}, Links: true, AtConsole: true},
	{Name: "fraud", Does: "asks the fraud check", Public: []string{"/callbacks/screening"}, Callbacks: "screening"},
	{Name: "approval", Does: "lets operators approve orders", AtConsole: true},
	{
		Name: "delivery", Does: "offers and books delivery times, changes them, and hears what the carrier says",
		Public: []string{"/deliveryTimes", "/bookDelivery", "/moveDelivery", "/callbacks/carrier"}, Links: true, Callbacks: "carrier",
	},
	{Name: "stock", Does: "asks the stockist for plants", Public: []string{"/callbacks/stockist"}, Callbacks: "stockist", AtConsole: true},
	{Name: "finance", Does: "books sales"},
	{Name: "email", Does: "mails customers, and hears what becomes of mails", Public: []string{"/callbacks/mail"}, Links: true, Callbacks: "mail"},
	{Name: "database", Does: "relay, watchdog, GraphQL and console"},
}

// ServiceNames lists the names of all services.
func ServiceNames() (names []string) {
	for _, s := range Services {
		names = append(names, s.Name)
	}
	return names
}

// ServicesThat lists the names of the services that satisfy a condition.
func ServicesThat(is func(Service) bool) (names []string) {
	for _, s := range Services {
		if is(s) {
			names = append(names, s.Name)
		}
	}
	return names
}

// ServiceFor names the service that answers a public path.
func ServiceFor(path string) string {
	i := slices.IndexFunc(Services, func(s Service) bool { return slices.Contains(s.Public, path) })
	if i < 0 {
		i = slices.IndexFunc(Services, func(s Service) bool { return slices.Contains(s.Public, "/") })
	}
	return Services[i].Name
}

// Service names the service that a subscriber belongs to.
func (s Subscription) Service() string {
	name, _, _ := strings.Cut(s.Subscriber, ".")
	return name
}
