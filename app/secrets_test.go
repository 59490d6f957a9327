package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/database/pgtest"
)

// TestALostSecretIsNotReplaced: a shop with orders does not replace a lost secret by a new one, which would silently
// break its customers' links. It starts with the old one, and with another one that the operator puts there. A shop
// without orders makes the missing one.
func TestALostSecretIsNotReplaced(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(*app.Config){
		"SQLite": func(*app.Config) {}, "PostgreSQL": func(c *app.Config) { c.DatabaseURL = app.Secret(pgtest.Database(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, database)
			path := filepath.Join(s.config.DataDir, "link.secret")
			if s.stop(); os.Remove(path) != nil {
				t.Fatal("there is no secret")
			}
			s = startWith(t, s.config)
			made := s.create(realOrder("Ann"))
			s.stop()
			kept, err := os.ReadFile(path)
			if err != nil || os.Remove(path) != nil {
				t.Fatal(err)
			}
			_, err = app.Start(t.Context(), s.config, testLogger(&sharedLog{}))
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "put it back from a backup") {
				t.Fatalf("started without its secret: %v", err)
			}
			if _, err := os.Stat(path); err == nil {
				t.Error("a new one was made")
			}
			for content, status := range map[string]int{"another secret of the operator's": 401, string(kept): 200} {
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
				s = startWith(t, s.config)
				s.tracked(made).want(status)
				s.stop()
			}
		})
	}
}
