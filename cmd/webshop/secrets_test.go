package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
)

// secretFlags gives each secret flag a recognizable value.
func secretFlags() (flags []string, secrets map[string]string) {
	secrets = map[string]string{}
	secret := reflect.TypeFor[app.Secret]()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[app.Config]()) {
		if !field.IsExported() || field.Type != secret && (field.Type.Kind() != reflect.Slice || field.Type.Elem() != secret) {
			continue
		}
		var name strings.Builder
		for i, r := range field.Name {
			if r >= 'A' && r <= 'Z' && i > 0 {
				name.WriteByte('-')
			}
			name.WriteRune(r)
		}
		flag := strings.ToLower(name.String())
		if told := field.Tag.Get("name"); told != "" {
			flag = told
		}
		if flag == "database-url" || flag == "nats-url" {
			continue // a shop without its database or bus does not serve: see below
		}
		secrets[flag] = "http://127.0.0.1:1/RECOGNIZABLE-" + strings.ToUpper(flag) + "-0123456789" // a URL, for those that are one
		if flag == "operator" {
			secrets[flag] = "ann=" + secrets[flag]
		}
		switch {
		case strings.HasSuffix(flag, "stripe-key"):
			secrets[flag] = "sk_live_RECOGNIZABLE" + strings.ToUpper(flag)
		case strings.HasSuffix(flag, "stripe-secret"):
			secrets[flag] = "whsec_RECOGNIZABLE" + strings.ToUpper(flag)
		}
		flags = append(flags, "--"+flag, secrets[flag])
	}
	return flags, secrets
}

// TestSecretsOnTheCommandLineAreToldNowhere: neither in the shop's output and answers, nor in the help.
func TestSecretsOnTheCommandLineAreToldNowhere(t *testing.T) {
	flags, secrets := secretFlags()
	if len(secrets) < 6 {
		t.Fatalf("only %d flags are secrets", len(secrets))
	}
	var env []string
	for flag, secret := range secrets {
		env = append(env, "WEBSHOP_"+strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))+"="+secret)
	}
	file := filepath.Join(t.TempDir(), "webshop.yaml")
	text := "private-token: " + secrets["private-token"] + "\n  log-level: [\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	failing := append(anyPorts(t), "--smtp-addr", "127.0.0.1:1", "--smtp-user", "shop", "--books-url", "http://127.0.0.1:1", "--carrier-url", "http://127.0.0.1:1",
		"--log-level", "debug", "--log-format", "json", "--simulate", "screening,stockist", "--stage", "dev")
	shop := serve(t, nil, append(failing, flags...)...)
	told := map[string]string{}
	for _, path := range []string{
		"/debug/pprof/cmdline", "/debug/pprof/", "/debug/pprof/goroutine?debug=2", "/metrics", "/console", "/partners", "/deadletters", "/openapi.json", "/mail",
	} {
		told[path] = get(t, shop.private+path, secrets["private-token"])
	}
	order := `{"name":"Ann","email":"ann@example.com","phone":"123","street":"s","city":"c","customerType":"B2B","orgNumber":"556012","market":"US","products":"LB001","totalPrice":15000}`
	ask(t, http.MethodPost, shop.public+"/createOrder", order)
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(told["history"], "not available") && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		told["history"] = ask(t, http.MethodPost, shop.private+"/database", "{ getOrder(id: 1) { history { data receipts { lastError } } } }", secrets["private-token"])
	}
	shop.end(t, os.Interrupt)
	told["output"], told["log"] = shop.greeting+shop.rest.String(), shop.log.String()
	if !strings.Contains(told["log"], `"level":"WARN"`) {
		t.Errorf("nothing has failed: %s", told["log"])
	}
	for name, args := range map[string][]string{
		"help": {"serve", "-h"}, "version": {"version"}, "a bad flag": {"serve", "--nope"}, "a bad address": {"--private-addr", "x"}, "a bad file": {"--config", file},
		"a short secret": append([]string{"--link-secret", secrets["link-secret"] + ",short"}, anyPorts(t)...),
	} {
		told[name], _ = run(t, env, args...)
	}
	if !strings.Contains(told["a bad file"], "config file") {
		t.Errorf("a bad file: %s", told["a bad file"])
	}
	for where, text := range told {
		if strings.Contains(text, "RECOGNIZABLE") {
			t.Errorf("%s tells a secret: %s", where, text)
		}
	}
}

// get returns an answer, whatever its status.
func get(t *testing.T, url, token string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	got, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(got.Header) + string(text)
}

// TestThePasswordOfADatabaseIsToldNowhere: neither for one that does not exist, nor for an invalid address.
func TestThePasswordOfADatabaseIsToldNowhere(t *testing.T) {
	const password = "RECOGNIZABLE-0123456789"
	for _, address := range []string{"postgres://shop:" + password + "@127.0.0.1:1/shop?connect_timeout=2", "mysql://" + password, "postgres://%zz" + password} {
		for _, command := range [][]string{append(anyPorts(t), "serve"), {"audit", "--offline"}} {
			out, code := run(t, nil, append(command, "--database-url", address)...)
			if code == 0 || strings.Contains(out, password) || !strings.Contains(out, "webshop:") {
				t.Errorf("%s: exit code %d: %s", command, code, out)
			}
		}
	}
}

// TestThePasswordOfNATSIsToldNowhere, though a process cannot reach it, and says so.
func TestThePasswordOfNATSIsToldNowhere(t *testing.T) {
	t.Parallel()
	const password = "RECOGNIZABLE-0123456789"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c := command(ctx, nil, append(anyPorts(t), "serve", "--nats-url", "nats://shop:"+password+"@127.0.0.1:1")...)
	log, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	c.Stdout = &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	told, lines := "", bufio.NewReader(log)
	for !strings.Contains(told, "bus: not usable") {
		line, err := lines.ReadString('\n')
		if told += line; err != nil {
			t.Fatalf("%v after %s", err, told)
		}
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(lines) // until it ends
	if err := c.Wait(); err != nil || !strings.Contains(out.String(), "Stopped before it had started") {
		t.Errorf("%v: %s", err, out.String())
	}
	if told += string(rest); strings.Contains(told+out.String(), password) {
		t.Errorf("the password is told: %s %s", told, out.String())
	}
}

// TestABackupOfPostgreSQLIsRefused, with what to do instead, and without the password.
func TestABackupOfPostgreSQLIsRefused(t *testing.T) {
	const password = "RECOGNIZABLE-0123456789"
	out, code := run(t, []string{"WEBSHOP_DATABASE_URL=postgres://shop:" + password + "@127.0.0.1:1/shop"}, "backup", filepath.Join(t.TempDir(), "copy"))
	if code == 0 || !strings.Contains(out, "pg_dump") || strings.Contains(out, password) {
		t.Errorf("exit code %d: %s", code, out)
	}
	out, code = run(t, nil, "backup", "--data-dir", t.TempDir(), filepath.Join(t.TempDir(), "copy"))
	if code == 0 || !strings.Contains(out, "pg_dump") {
		t.Errorf("a folder without a database: exit code %d: %s", code, out)
	}
}
