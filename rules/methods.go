package rules

import (
	"cmp"
	"fmt"
	"time"

	"acme.example/webshop/order"
	"acme.example/webshop/payments"
)

const (
	minWithin = 30 * time.Minute // as providers' pages need
	maxWithin = 30 * 24 * time.Hour
)

// methods reads how customers can pay in a market; none where the rules do not say.
func (c *checker) methods(f form, m marketEntry, at string) (methods []order.Method) {
	seen := map[string]bool{}
	for i, e := range m.Methods {
		path := fmt.Sprintf("%s.methods[%d]", at, i)
		c.require(!seen[e.Name], path+".name", "%s is there twice", e.Name)
		seen[e.Name] = true
		for j, t := range e.CustomerTypes {
			_, known := f.CustomerTypes[t]
			c.require(known, fmt.Sprintf("%s.customerTypes[%d]", path, j), "there is no customer type %q", t)
		}
		within := cmp.Or(e.Within, payments.UsualTime(e.Name))
		c.require(within >= minWithin && within <= maxWithin, path+".within", "must be from %s to %s", minWithin, maxWithin)
		methods = append(methods, order.Method{
			Name: e.Name, Provider: cmp.Or(e.Provider, m.PaymentProvider), CustomerTypes: e.CustomerTypes, Within: within, Language: m.Language,
		})
	}
	return methods
}
