//go:build browser

package browsertest

import (
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// TestTheConsoleSaysWhatItDoesNotKnow: without its database, no page shows the unknown as zero; and when the database is
// back, each page recovers.
func TestTheConsoleSaysWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	server := pgtest.New(t, "-c", "fsync=off")
	s := start(t, func(c *app.Config) { c.DatabaseURL = app.Secret(server.Database(t)) })
	pages := []struct{ path, place, unknown, known string }{
		{"/console", "#facts", "is unknown", "0 orders"},
		{"/console", "#pipeline", "unknown", "nothing waits"},
		{"/console", "#orders", "unknown", "0"},
		{"/console/orders", "#found", "unknown", "no order is like that"},
		{"/console/deadletters", "#found", "unknown", "there are no dead letters"},
		{"/console/reviews", "#found", "unknown", "no order waits for you"},
		{"/console/ledger", "#verdict", "unknown", "everything adds up"},
		{"/console/books", "#verdict", "unknown", "the accounts come to zero"},
		{"/console/rules", "#force", "unknown", "version 1"},
	}
	p := s.visit(desktop, "en-US")
	p.expect("status of 503")
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the alert", func() bool { return s.alerts()["storage"] })
	for _, page := range pages {
		p.operate(page.path)
		p.says(page.place, page.unknown)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		p.operate(page.path)
		p.says(page.place, page.known)
	}
}
