package app_test

import (
	"slices"
	"testing"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/partner/simulator"
	"acme.example/webshop/surfaces/web"
)

// TestLanguagesAreTheSame: what has pages has mails, and the pay page too.
func TestLanguagesAreTheSame(t *testing.T) {
	pages, err := web.Export()
	if err != nil {
		t.Fatal(err)
	}
	if mails, paying := email.Languages(), simulator.Languages(); !slices.Equal(mails, pages.Languages) || !slices.Equal(paying, pages.Languages) {
		t.Errorf("pages in %v, mails in %v, the pay page in %v", pages.Languages, mails, paying)
	}
}
