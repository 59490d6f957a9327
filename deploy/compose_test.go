package deploy

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
)

// TestComposeServesAsProcesses: with compose.yaml's settings, secrets and configuration files, a system test passes
// through the gateway, and the addresses of the containers' and Kubernetes's probes answer.
func TestComposeServesAsProcesses(t *testing.T) {
	s := newStage(t)
	s.migrate()
	for name, c := range s.compose.Services {
		switch image, _, _ := strings.Cut(c.Image, ":"); image {
		case "nats":
			s.nats(name)
		case "nginx":
			s.gateway(name)
		case "webshop":
			if name != "migrate" { // it has ended
				s.webshop(name)
			}
		}
	}
	for _, name := range event.ServiceNames() {
		s.ready(name)
		s.answers("http://" + s.addresses[name] + ":8080/healthz")
	}
	for _, path := range []string{"/healthz", "/healthz?js-enabled-only=true", "/healthz?js-server-only=true"} {
		s.answers("http://" + s.addresses["nats-0"] + ":8222" + path)
	}
	token := "@" + s.folder + "/secrets/private-token"
	t.Log(s.run(s.binaries["webshop"], "systemtest", "--orders", "20", "--private-token", token,
		"--public-url", "http://"+s.addresses["gateway"]+":8080", "--private-url", "http://"+s.addresses["database"]+":8081"))
	// Kubernetes scales the services by this.
	if figures := s.figures(token); !strings.Contains(figures, `webshop_subscriber_waiting{service="email",subscriber="email.OrderCreated"} 0`) {
		t.Errorf("no figures of how many events wait:\n%s", figures)
	}
}

// ready waits until a container is healthy, by its image's check.
func (s *stage) ready(name string) {
	s.Helper()
	s.within("webshop ready "+name, func() bool {
		return ask(s.binaries["webshop"], "ready", "http://"+s.addresses[name]+":8080") == nil
	})
}

func (s *stage) answers(url string) {
	s.Helper()
	s.within(url, func() bool {
		answer, err := http.Get(url)
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode < 300
	})
}

// within waits for a condition for one minute.
func (s *stage) within(what string, is func() bool) {
	s.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatalf("not within a minute: %s", what)
		}
	}
}

// figures returns what Prometheus reads from the database service.
func (s *stage) figures(token string) string {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, "http://"+s.addresses["database"]+":8081/metrics", nil)
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.read(strings.TrimPrefix(token, "@")))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}
