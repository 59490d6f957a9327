package main

import (
	"strings"
	"testing"
)

// TestReadyAsksTheShop, as the health check of a container does, with the shop's own settings in the environment.
func TestReadyAsksTheShop(t *testing.T) {
	p := serve(t, nil, "--data-dir", t.TempDir(), "--public-addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0")
	settings := []string{"WEBSHOP_PUBLIC_URL=https://shop.example.com", "WEBSHOP_SERVICES=order"}
	if out, code := run(t, settings, "ready", p.public); code != 0 || out != "" {
		t.Errorf("a shop that serves: code %d, %q", code, out)
	}
	if out, code := run(t, nil, "ready", p.public+"/nowhere"); code != 1 || !strings.Contains(out, "not ready: 404") {
		t.Errorf("what is no shop: code %d, %q", code, out)
	}
	if out, code := run(t, nil, "ready", "http://127.0.0.1:1"); code != 1 || !strings.Contains(out, "not ready") {
		t.Errorf("no one there: code %d, %q", code, out)
	}
}
