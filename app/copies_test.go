package app_test

import (
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// TestCopiesWithDifferentSecretsAreRefused: two whole processes on one database need the same link secret. A process that
// replaces another one, or that has a newer secret besides the others', may start.
func TestCopiesWithDifferentSecretsAreRefused(t *testing.T) {
	t.Parallel()
	const old, newer = "the first link secret of these copies", "the second link secret of these copies"
	database := app.Secret(pgtest.Database(t))
	with := func(secrets ...app.Secret) app.Config {
		c := config(t)
		c.DatabaseURL, c.LinkSecret = database, secrets
		return c
	}
	first := startWith(t, with(old))
	for _, wrong := range []app.Config{with(), with(newer)} {
		if s, err := app.Start(t.Context(), wrong, testLogger(&sharedLog{})); err == nil {
			t.Error("a copy with another secret started", s.Stop(t.Context()))
		} else if !strings.Contains(err.Error(), "--link-secret") {
			t.Error(err)
		}
	}
	second := startWith(t, with(newer, old))
	made := first.create(realOrder("Ann"))
	if key := trackingKey(made); second.call("GET", second.PublicURL+"/trackOrder?key="+key, nil).status != 200 {
		t.Error("a copy does not know the links of the other")
	}
	first.stop()
	second.stop()
	startWith(t, with(newer)).stop()
}
