package main

import (
	"strings"
	"testing"
)

// TestAMistypedSettingIsRefused: a shop whose payment provider has a wrong name in the environment would charge nothing.
// No command starts with one either.
func TestAMistypedSettingIsRefused(t *testing.T) {
	t.Parallel()
	for env, says := range map[string]string{
		"WEBSHOP_PAYMENT_US_URL=https://pay.example":  "there is no setting WEBSHOP_PAYMENT_US_URL; did you mean WEBSHOP_PAYMENTS_US_URL?",
		"WEBSHOP_PAYMENTS_US_URI=https://pay.example": "did you mean WEBSHOP_PAYMENTS_US_URL?",
		"WEBSHOP_DATADIR=":                            "did you mean WEBSHOP_DATA_DIR?",
		"WEBSHOP_WEBHOOK_SECRET=shared with all":      "WEBSHOP_WEBHOOK_SECRET is no longer a setting: each partner has its own",
		"WEBSHOP_PORT=tcp://10.0.0.1:80":              "there is no setting WEBSHOP_PORT;",
	} {
		for _, command := range [][]string{{"serve", "--data-dir", "/dev/null/nowhere"}, {"alerts"}} {
			out, code := run(t, []string{env}, command...)
			if code == 0 || !strings.Contains(out, says) || strings.Contains(out, "shared with all") {
				t.Errorf("%s: exit code %d: %s", env, code, out)
			}
		}
	}
	if out, code := run(t, []string{"WEBSHOP_PAYMENT_US_URL=x"}, "serve", "-h"); code != 0 {
		t.Errorf("help: exit code %d: %s", code, out)
	}
	env := []string{"KUBERNETES_SERVICE_HOST=10.0.0.1", "WEBSHOP_ORDER_PORT_8080_TCP_ADDR=10.0.0.2", "WEBSHOP_DATABASE_SERVICE_HOST=10.0.0.3", "WEBSHOP_PORT=tcp://10.0.0.1:80"}
	if out, code := run(t, env, "version"); code != 0 {
		t.Errorf("with what Kubernetes adds: exit code %d: %s", code, out)
	}
	if out, code := run(t, append(env, "WEBSHOP_PAYMENT_US_URL=x"), "version"); code == 0 {
		t.Errorf("mistyped in Kubernetes: %s", out)
	}
}
