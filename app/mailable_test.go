package app_test

import (
	"reflect"
	"testing"

	"acme.example/webshop/app"
)

// TestAnAddressThatTheMailServerCannotTakeIsRefusedInTheForm: nothing is ordered or charged for a customer who could not
// be mailed. Every server accepts domains of all scripts.
func TestAnAddressThatTheMailServerCannotTakeIsRefusedInTheForm(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *app.Config) { c.SMTPAddr, c.SMTPTLS = rudeMailServer(t), "none" }) // it has no SMTPUTF8
	before := s.footprint()
	s.call("POST", s.PublicURL+"/createOrder", realOrder("José", "email", "josé@example.com")).refuses("invalid", "email")
	if after := s.footprint(); !reflect.DeepEqual(before, after) {
		t.Errorf("something was done: %+v, before %+v", after, before)
	}
	s.call("POST", s.PublicURL+"/createOrder", realOrder("José", "email", "jose@bücher.example")).want(200)
	s.call("POST", s.PublicURL+"/createOrder", realOrder("José", "email", "josé@example.com", "testId", 7)).want(200) // not mailed
}
