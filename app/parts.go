package app

import (
	"errors"

	"acme.example/webshop/access"
	"acme.example/webshop/approval"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/ops"
	"acme.example/webshop/order"
	"acme.example/webshop/rules"
	"acme.example/webshop/stock"
)

// cleanup undoes what was done, last first.
type cleanup []func() error

func (c *cleanup) add(undo func() error) { *c = append(*c, undo) }

// after undoes all because of an error, and returns that error with those of the undoing.
func (c *cleanup) after(err error) error {
	for i := len(*c) - 1; i >= 0; i-- {
		err = errors.Join(err, (*c)[i]())
	}
	return err
}

// unconnected gives the system services that are connected to nothing, to ask them for their routes.
func (s *system) unconnected() *system {
	s.fraud, s.approval = &fraud.Service{}, &approval.Service{}
	s.orders, s.delivery, s.stock = &order.Service{}, &delivery.Service{}, &stock.Service{}
	s.finance, s.email, s.alerts, s.desk = &finance.Service{}, &email.Service{}, &ops.Alerts{}, &rules.Desk{}
	return s
}

// links makes and opens the links to orders, in a process that has to do with them.
func (s *system) links(cfg Config, address string) (access.Links, error) {
	if !cfg.makesLinks() {
		return access.Links{Base: address}, nil
	}
	secrets, err := cfg.linkSecrets()
	if err != nil {
		return access.Links{}, err
	}
	keys, err := access.NewKeyring(cfg.LinkValidity, s.now, secrets...)
	return access.Links{Keys: keys, Base: address}, err
}
