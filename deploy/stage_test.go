package deploy

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"acme.example/webshop/event"
	"acme.example/webshop/platform/bus/bustest"
	"acme.example/webshop/platform/database/pgtest"
)

// stage runs the containers of compose.yaml as processes. Each gets a local address in place of its name, so that all
// ports stay the same.
type stage struct {
	*testing.T
	folder    string // secrets, settings, data
	compose   compose
	addresses map[string]string // by container
	binaries  map[string]string // by image
	database  string            // its address
	logs      map[string]string // files, by container
}

// compose is the part of compose.yaml that the stage uses.
type compose struct {
	Services map[string]container
}

type container struct {
	Image       string
	Command     []string
	Environment map[string]string
	Secrets     []string
}

// newStage reads compose.yaml, and makes what its containers need: secrets, addresses, programs and a database.
func newStage(t *testing.T) *stage {
	s := &stage{T: t, folder: t.TempDir(), addresses: map[string]string{}, logs: map[string]string{}}
	s.run("./secrets.sh", filepath.Join(s.folder, "secrets"))
	text, err := os.ReadFile("compose.yaml")
	if err == nil {
		err = yaml.UnmarshalWithOptions(text, &s.compose, yaml.AllowDuplicateMapKey()) // merged entries may be overridden
	}
	if err != nil {
		t.Fatal(err)
	}
	net := rand.N(1<<16 - 1<<12) // another test on this machine has others
	for name := range s.compose.Services {
		s.addresses[name] = fmt.Sprintf("127.77.%d.%d", (net+len(s.addresses))>>8, (net+len(s.addresses))&0xff)
	}
	s.database = pgtest.Database(t)
	s.binaries = map[string]string{"webshop": filepath.Join(s.folder, "webshop"), "nats": bustest.Binary(t), "nginx": s.nginx()}
	s.run("env", "CGO_ENABLED=0", "go", "build", "-trimpath", "-ldflags=-s", "-o", s.binaries["webshop"], "../cmd/webshop")
	s.move()
	return s
}

// nginx returns its path in Debian, which may not be in PATH.
func (s *stage) nginx() string {
	path, err := exec.LookPath("nginx")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/nginx")
	}
	if err != nil {
		s.Fatal("nginx is not installed: run make setup")
	}
	return path
}

func (s *stage) run(name string, args ...string) string {
	s.Helper()
	text, err := exec.CommandContext(s.Context(), name, args...).CombinedOutput()
	if err != nil {
		s.Fatalf("%s %v: %v\n%s", name, args, err, text)
	}
	return string(text)
}

// move rewrites the names in all secrets and settings.
func (s *stage) move() {
	files, err := filepath.Glob(filepath.Join(s.folder, "secrets", "*"))
	if err != nil {
		s.Fatal(err)
	}
	for _, file := range files {
		s.write(file, s.here(s.read(file)))
	}
	s.write(filepath.Join(s.folder, "secrets", "owner-url"), s.database)
	for _, service := range event.ServiceNames() {
		s.write(filepath.Join(s.folder, "secrets", "database-url-"+service), pgtest.As(pgtest.Login(s, "shop_"+service, "webshop_"+service), s.database))
	}
}

var places = regexp.MustCompile(`\b([a-z]+(?:-[0-9])?):([0-9]{2,5})\b`)

// here replaces containers' names by addresses, and their folders by this test's.
func (s *stage) here(text string) string {
	text = places.ReplaceAllStringFunc(text, func(place string) string {
		name, port, _ := strings.Cut(place, ":")
		if address := s.addresses[name]; address != "" {
			return address + ":" + port
		}
		return place
	})
	return strings.ReplaceAll(text, "/run/secrets/", s.folder+"/secrets/")
}

func (s *stage) read(file string) string {
	s.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

func (s *stage) write(file, text string) string {
	s.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		// A secret is read-only, so it is replaced.
		if err = os.Remove(file); err == nil {
			err = os.WriteFile(file, []byte(text), 0o600)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
	return file
}
