package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// start runs a container's program until the test ends. The end of its log is printed if the test fails.
func (s *stage) start(name string, env []string, args ...string) {
	s.Helper()
	image, _, _ := strings.Cut(s.compose.Services[name].Image, ":")
	log, err := os.Create(filepath.Join(s.folder, name+".log"))
	if err != nil {
		s.Fatal(err)
	}
	process := exec.Command(s.binaries[image], args...)
	process.Env, process.Stdout, process.Stderr = append(os.Environ(), env...), log, log
	if err := process.Start(); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		_ = process.Process.Signal(syscall.SIGTERM)
		_ = process.Wait()
		_ = log.Close()
		if text := s.read(log.Name()); s.Failed() {
			s.Logf("%s: …%s", name, text[max(0, len(text)-2000):])
		}
	})
}

// webshop runs a container with the shop's image.
func (s *stage) webshop(name string) {
	s.Helper()
	c := s.compose.Services[name]
	env := []string{"WEBSHOP_DATA_DIR=" + filepath.Join(s.folder, name)}
	for variable, value := range c.Environment {
		if strings.HasPrefix(value, ":") { // all addresses of the container
			value = name + value
		}
		env = append(env, variable+"="+s.here(value))
	}
	s.start(name, env, c.Command...)
}

// migrate runs the container that makes the tables, and waits for its end, as the database service does.
func (s *stage) migrate() {
	s.Helper()
	c := s.compose.Services["migrate"]
	s.Setenv("WEBSHOP_DATABASE_URL", s.here(c.Environment["WEBSHOP_DATABASE_URL"]))
	s.run(s.binaries["webshop"], c.Command...)
	if err := os.Unsetenv("WEBSHOP_DATABASE_URL"); err != nil { // the others have their own
		s.Fatal(err)
	}
}

// nats runs a node with its own configuration file.
func (s *stage) nats(name string) {
	s.Helper()
	data := filepath.Join(s.folder, name)
	if err := os.Mkdir(data, 0o700); err != nil {
		s.Fatal(err)
	}
	config := s.here(s.read("kubernetes/nats/nats.conf"))
	config = strings.NewReplacer("0.0.0.0", s.addresses[name], "/data", data).Replace(config)
	s.start(name, []string{
		"NATS_NAME=" + name, "NATS_PASSWORD=" + s.read(s.folder+"/secrets/nats-password"),
		"NATS_ROUTES=" + s.read(s.folder+"/secrets/nats-routes"),
	}, "--config", s.write(data+".conf", config))
}

// gateway runs nginx with its own configuration file, with other paths.
func (s *stage) gateway(name string) {
	s.Helper()
	folder := filepath.Join(s.folder, name)
	if err := os.Mkdir(folder, 0o755); err != nil {
		s.Fatal(err)
	}
	config := strings.Replace(s.here(s.read("gateway/nginx.conf")), "listen 8080", "listen "+s.addresses[name]+":8080", 1)
	own := "http {\n"
	for _, what := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		own += what + "_temp_path " + filepath.Join(folder, what) + ";\n"
	}
	config = strings.Replace(config, "http {\n", own, 1)
	s.start(name, nil, "-e", "stderr", "-p", folder, "-c", s.write(folder+".conf", config), "-g", "daemon off; pid "+folder+".pid;")
}

// ask runs a command for its exit code.
func ask(name string, args ...string) error { return exec.Command(name, args...).Run() }
