package check_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// project reads compose.yaml as docker compose does, against the schema.
func project(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(copied(t), "compose.yaml")}, cli.WithConsistency(true))
	if err != nil {
		t.Fatal(err)
	}
	p, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestComposeRunsEachServiceWithSettingsThatExist(t *testing.T) {
	p := project(t)
	for _, name := range services(t) {
		if s := p.Services[name]; s.Environment["WEBSHOP_SERVICES"] == nil || *s.Environment["WEBSHOP_SERVICES"] != name {
			t.Errorf("no container runs the service %s", name)
		}
	}
	for name, s := range p.Services {
		for variable := range s.Environment {
			if s.Image == "webshop" && !knows(t, s.Command[0], variable) {
				t.Errorf("%s: webshop %s knows no %s", name, s.Command[0], variable)
			}
		}
	}
}

func TestComposeHasEachSecretAndFile(t *testing.T) {
	p := project(t)
	for name, s := range p.Services {
		for _, secret := range s.Secrets {
			if _, err := os.Stat(p.Secrets[secret.Source].File); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, v := range s.Volumes {
			if _, err := os.Stat(v.Source); v.Type == types.VolumeTypeBind && err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for variable, value := range s.Environment {
			file, isFile := strings.CutPrefix(deref(value), "@/run/secrets/")
			if isFile && !slices.ContainsFunc(s.Secrets, func(c types.ServiceSecretConfig) bool { return c.Source == file }) {
				t.Errorf("%s: %s is the secret %s, which the container does not get", name, variable, file)
			}
		}
	}
}

// TestComposeLetsOnlyTheServicesReachPostgreSQL, by network and by secret.
func TestComposeLetsOnlyTheServicesReachPostgreSQL(t *testing.T) {
	p := project(t)
	for name, s := range p.Services {
		_, reaches := s.Networks["data"]
		service := s.Environment["WEBSHOP_SERVICES"] != nil
		if reaches != (service || name == "migrate" || name == "postgres") {
			t.Errorf("%s reaches PostgreSQL: %v", name, reaches)
		}
		for _, c := range s.Secrets {
			if of, is := strings.CutPrefix(c.Source, "database-url-"); is && of != name && name != "postgres" {
				t.Errorf("%s may log in to PostgreSQL as %s", name, of)
			}
		}
		if service && !strings.HasSuffix(deref(s.Environment["WEBSHOP_DATABASE_URL"]), "/database-url-"+name) {
			t.Errorf("%s does not log in to PostgreSQL as itself", name)
		}
		owns := slices.ContainsFunc(s.Secrets, func(c types.ServiceSecretConfig) bool { return c.Source == "owner-url" })
		if owns != (name == "migrate") {
			t.Errorf("%s may change the tables: %v", name, owns)
		}
	}
	if !p.Networks["data"].Internal {
		t.Error("PostgreSQL's network leads outside")
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
