package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asCommand makes the test binary be the command, so that go test knows what it runs, and finds races in it.
const asCommand = "RUN_AS_WEBSHOP=1"

func TestMain(m *testing.M) {
	if os.Getenv("RUN_AS_WEBSHOP") != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// command is the command as users run it, with more environment.
func command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0], args...)
	c.Env = append(append(os.Environ(), asCommand), env...)
	return c
}

// run runs the command to its end and returns what it printed and its exit code.
func run(t *testing.T, env []string, args ...string) (output string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := command(ctx, env, args...)
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), c.ProcessState.ExitCode()
}

// process is a shop in a process of its own.
type process struct {
	*exec.Cmd
	public, private string
	greeting        string
	rest            *bytes.Buffer
	log             bytes.Buffer
	read            chan struct{} // closed at the end of the output
}

var addresses = regexp.MustCompile(`Shop +(https?://\S+)\n +Console +(http://\S+)/console`)

// serve starts a shop with these arguments, and ends it with the test.
func serve(t *testing.T, env []string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: command(context.Background(), env, args...), rest: &bytes.Buffer{}, read: make(chan struct{})}
	p.Stderr = io.MultiWriter(t.Output(), &p.log)
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if p.ProcessState == nil {
			_ = p.Process.Kill() // it may have ended by itself
			_ = p.Wait()
		}
	})
	lines := bufio.NewReader(out)
	for !strings.Contains(p.greeting, "\n  Partners ") {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after: %s", err, p.greeting)
		}
		p.greeting += line
	}
	found := addresses.FindStringSubmatch(p.greeting)
	if found == nil {
		t.Fatalf("no addresses in: %s", p.greeting)
	}
	p.public, p.private = found[1], found[2]
	go func() {
		defer close(p.read)
		_, _ = io.Copy(p.rest, lines) // ends with the process
	}()
	return p
}

// end sends a signal and returns the exit code.
func (p *process) end(t *testing.T, signal os.Signal) int {
	t.Helper()
	if err := p.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	<-p.read
	_ = p.Wait() // the exit code tells
	return p.ProcessState.ExitCode()
}

func anyPorts(t *testing.T) []string {
	return []string{"--public-addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0", "--data-dir", t.TempDir()}
}

// TestServeAndSystemtest does what a newcomer does first: serve, run the system test against it, Ctrl-C.
func TestServeAndSystemtest(t *testing.T) {
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "Ctrl-C": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			shop := serve(t, nil, anyPorts(t)...)
			for _, want := range []string{"Shop", "Console", "/mail", "/database", "/partners"} {
				if !strings.Contains(shop.greeting, want) {
					t.Errorf("the greeting does not tell %s: %s", want, shop.greeting)
				}
			}
			out, code := run(t, nil, "systemtest", "--orders", "60", "--concurrency", "8", "--public-url", shop.public, "--private-url", shop.private)
			if code != 0 || !strings.Contains(out, "60 arrived") {
				t.Errorf("exit code %d: %s", code, out)
			}
			if code := shop.end(t, signal); code != 0 || !strings.Contains(shop.rest.String(), "Stopping") {
				t.Errorf("exit code %d after: %s", code, shop.rest)
			}
		})
	}
}

func TestSystemtestFailsWithoutAShop(t *testing.T) {
	out, code := run(t, nil, "systemtest", "--public-url", "http://127.0.0.1:1", "--private-url", "http://127.0.0.1:1")
	if code == 0 || !strings.Contains(out, "is the shop running") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	for _, command := range []string{
		"", "serve", "systemtest", "alerts", "torture", "audit", "deadletters", "deadletters list", "deadletters show", "deadletters replay",
		"deadletters discard", "backup", "partners", "rules", "rules list", "rules show", "rules print", "rules schema", "rules check", "rules try", "rules activate", "rules rollback", "version",
	} {
		out, code := run(t, nil, append(strings.Fields(command), "-h")...)
		if code != 0 || !strings.Contains(out, "Usage: webshop "+command) || len(out) < 150 {
			t.Errorf("%q -h: exit code %d: %s", command, code, out)
		}
	}
}

func TestFlagEnvironmentAndFileSayTheSame(t *testing.T) {
	file := filepath.Join(t.TempDir(), "webshop.yaml")
	text := "private-addr: 127.0.0.1:0\npublic-addr: 127.0.0.1:0\npublic-url: https://file.example\ncors-origin: [https://a.example, https://b.example]\ndata-dir: " + t.TempDir() + "\nsimulate: [payments-us, payments-mx, screening, stockist, carrier, books, mail]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"WEBSHOP_PUBLIC_URL=https://env.example"}
	for _, c := range []struct {
		env, args []string
		want      string
	}{
		{nil, []string{"--config", file}, "https://file.example"},
		{env, []string{"--config", file}, "https://env.example"},
		{append(env, "WEBSHOP_CONFIG="+file), []string{"serve", "--public-url", "https://flag.example"}, "https://flag.example"},
	} {
		shop := serve(t, c.env, c.args...)
		if shop.public != c.want {
			t.Errorf("%v %v: the shop is at %s, want %s", c.env, c.args, shop.public, c.want)
		}
		if out, code := run(t, c.env, append(c.args, "--private-addr", "127.0.0.1:0")...); code == 0 || !strings.Contains(out, "another shop uses the data folder") {
			t.Errorf("a second shop on the same data: exit code %d: %s", code, out)
		}
		shop.end(t, os.Interrupt)
	}
}

func TestBadUseIsRefused(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	if err := os.WriteFile(bad, []byte("publik-addr: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"unknown flag --nope":             {"--nope"},
		"no flag --publik-addr":           {"--config", bad},
		"--public-url must be":            {"--public-url", "shop", "--public-addr", "127.0.0.1:0"},
		"no such file":                    {"--private-token", "@" + bad + ".missing"},
		"is too short":                    {"--link-secret", "short", "--public-addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0", "--data-dir", t.TempDir()},
		"must be one of \"none\",":        {"--smtp-tls", "perhaps"},
		"expected \"<event> <subscriber>": {"deadletters", "replay"},
		"or --all SUBSCRIBER":             {"deadletters", "replay", "--all", "email.OrderCreated", "an-event"},
		"an address must be like":         {"--alert-slack", "hooks.example", "--public-addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0", "--data-dir", t.TempDir()},
		"--alert-mail \"me\" must be":     {"--alert-mail", "me", "--public-addr", "127.0.0.1:0", "--private-addr", "127.0.0.1:0", "--data-dir", t.TempDir()},
	} {
		out, code := run(t, nil, args...)
		if code == 0 || !strings.Contains(out, want) {
			t.Errorf("%v: exit code %d, want %q in: %s", args, code, want, out)
		}
	}
}

func TestDeadLettersAndRules(t *testing.T) {
	shop := serve(t, nil, anyPorts(t)...)
	if out, code := run(t, nil, "deadletters", "--private-url", shop.private); code != 0 || !strings.Contains(out, "no dead letters") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := run(t, nil, "deadletters", "replay", "--all", "nonsense", "--private-url", shop.private); code != 1 || !strings.Contains(out, "subscriber: ") {
		t.Errorf("what is wrong with the input is not told: exit code %d: %s", code, out)
	}
	out, code := run(t, nil, "deadletters", "show", "none", "email.OrderCreated", "--private-url", shop.private)
	if code == 0 || !strings.Contains(out, "there is no dead letter") {
		t.Errorf("exit code %d: %s", code, out)
	}
	text, code := run(t, nil, "rules", "print")
	file := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); code != 0 || err != nil {
		t.Fatal(code, err)
	}
	if out, code := run(t, nil, "rules", "check", file); code != 0 || !strings.Contains(out, "valid") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := run(t, nil, "rules", "print", "--with", "plants,weekend"); code != 0 || !strings.Contains(out, "sku: LB001") || !strings.Contains(out, "sku: MO001") || !strings.Contains(out, "code: WEEKEND") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := run(t, nil, "rules", "print", "--with", "cacti"); code != 1 || !strings.Contains(out, `there is no example "cacti" of rules: b2g, canada, fraud, germany, plants, weekend`) {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// TestAlertsTellByTheirExitCode: 0 no alert, 2 an alert, 1 the shop could not be asked.
func TestAlertsTellByTheirExitCode(t *testing.T) {
	shop := serve(t, nil, anyPorts(t)...)
	out, code := "not known yet", 1
	for begun := time.Now(); strings.Contains(out, "not known yet") && time.Since(begun) < 20*time.Second; {
		out, code = run(t, nil, "alerts", "--private-url", shop.private)
	}
	if code != 0 || out != "Nothing is wrong.\n" {
		t.Errorf("exit code %d: %s", code, out)
	}
	turn := func(knobs string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, shop.private+"/partners/carrier/knobs", strings.NewReader(knobs))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(answer, err)
		}
	}
	turn(`{"refuseRate":1}`)
	run(t, nil, "systemtest", "--orders", "3", "--public-url", shop.public, "--private-url", shop.private)
	for begun := time.Now(); code == 0 && time.Since(begun) < 20*time.Second; {
		out, code = run(t, nil, "alerts", "--private-url", shop.private)
	}
	if code != 2 || !strings.Contains(out, "HIGH  dead-letter") || !strings.Contains(out, "Do: webshop deadletters list") || !strings.Contains(out, "1 alert is open") {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := run(t, nil, "alerts", "--json", "--private-url", shop.private); code != 2 || !strings.Contains(out, `"rule": "dead-letter"`) {
		t.Errorf("exit code %d: %s", code, out)
	}
	turn(`{}`)
	if out, code := run(t, nil, "deadletters", "replay", "--all", "delivery.DeliveryBooked", "--private-url", shop.private); code != 0 || out != "Tried again now: 3.\n" {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := run(t, nil, "alerts", "--private-url", "http://127.0.0.1:1"); code != 1 || !strings.Contains(out, "is the shop running") {
		t.Errorf("exit code %d: %s", code, out)
	}
}

// TestPartnersAsAProcessOfTheirOwn runs the shop against simulators over real HTTP, with the stockist answering later.
func TestPartnersAsAProcessOfTheirOwn(t *testing.T) {
	env := []string{"WEBSHOP_STOCKIST_SECRET=a secret of enough bytes for the stockist", "WEBSHOP_SCREENING_SECRET=a secret of enough bytes for the fraud check"}
	partners := command(context.Background(), env, "partners", "--addr", "127.0.0.1:0")
	out, err := partners.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := partners.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = partners.Process.Signal(syscall.SIGTERM)
		if err := partners.Wait(); err != nil {
			t.Errorf("partners: %v", err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	base := regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
	if err != nil || base == "" {
		t.Fatal(line, err)
	}
	args := append(anyPorts(t), "--payments-us-url", base+"/payments-us", "--stockist-url", base+"/stockist", "--carrier-url", base+"/carrier", "--books-url", base+"/books", "--simulate", "payments-mx,screening,mail")
	shop := serve(t, env, args...)
	buy(t, shop, base)
}
