package app

import (
	"context"
	"errors"

	"acme.example/webshop/approval"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/finance"
	"acme.example/webshop/fraud"
	"acme.example/webshop/order"
	"acme.example/webshop/payments"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/rules"
	"acme.example/webshop/stock"
	"acme.example/webshop/surfaces/ops"
)

// cleanup is a list of undo functions, to be called last first.
type cleanup []func() error

func (c *cleanup) add(undo func() error) { *c = append(*c, undo) }

// after undoes everything because of an error, and returns it with the errors of undoing.
func (c *cleanup) after(err error) error {
	for i := len(*c) - 1; i >= 0; i-- {
		err = errors.Join(err, (*c)[i]())
	}
	return err
}

// unconnected gives the system services without connections, to read their routes.
func (s *system) unconnected() *system {
	s.fraud, s.approval = &fraud.Service{}, &approval.Service{}
	s.orders, s.delivery, s.stock = &order.Service{Payments: map[string]payments.Provider{}}, &delivery.Service{}, &stock.Service{}
	for _, name := range Providers {
		s.orders.Payments[name] = nil // its webhook has a route
	}
	s.finance, s.email, s.alerts, s.rulesAdmin = &finance.Service{}, &email.Service{}, &ops.Alerts{}, &rules.Admin{}
	s.bulk = &ops.Bulk{}
	return s
}

// openLinks makes the functions that sign and open links to orders, in a process that needs them.
func (s *system) openLinks(ctx context.Context, address string) error {
	s.links = access.Links{Pages: s.cfg.pages(address)}
	if !s.cfg.makesLinks() {
		return nil
	}
	var err error
	if s.secrets, err = s.linkSecrets(ctx); err != nil {
		return err
	}
	if err := s.shareSecrets(ctx); err != nil {
		return err
	}
	s.links.Keys, err = access.NewKeyring(s.cfg.LinkValidity, s.now, s.secrets...)
	return err
}
