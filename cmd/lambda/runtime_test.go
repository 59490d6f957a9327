package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// asBootstrap makes the test binary be the bootstrap, so that go test knows what it runs, and finds races in it.
const asBootstrap = "RUN_AS_BOOTSTRAP"

func TestMain(m *testing.M) {
	if os.Getenv(asBootstrap) != "" {
		_ = os.Unsetenv(asBootstrap)
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// outcome is the bootstrap's answer to an invocation.
type outcome struct {
	failed bool
	body   string
}

// runtime is Lambda's Runtime API for one instance.
type runtime struct {
	*httptest.Server
	process  *exec.Cmd
	log      lines
	payloads chan string   // to be invoked with
	outcomes chan outcome  // of each
	asked    chan struct{} // closed when the instance asks for its first invocation
	ended    chan error
	extended atomic.Bool // whether it asked for SIGTERM
	number   int
	first    atomic.Bool
}

// lines is the instance's output, which may be read while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write keeps it.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// begin starts an instance of a bootstrap; program "" is the test binary.
func begin(t testing.TB, program string, env ...string) *runtime {
	t.Helper()
	r := &runtime{payloads: make(chan string), outcomes: make(chan outcome, 1), asked: make(chan struct{}), ended: make(chan error, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", r.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", func(w http.ResponseWriter, q *http.Request) { r.end(w, q, false) })
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", func(w http.ResponseWriter, q *http.Request) { r.end(w, q, true) })
	mux.HandleFunc("POST /2020-01-01/extension/register", func(w http.ResponseWriter, _ *http.Request) {
		r.extended.Store(true)
		w.Header().Set("Lambda-Extension-Identifier", "sigterm")
	})
	mux.HandleFunc("GET /2020-01-01/extension/event/next", func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
	r.Server = httptest.NewServer(mux)
	if program == "" {
		program = os.Args[0]
		env = append(env, asBootstrap+"=1")
	}
	r.process = exec.Command(program)
	r.process.Env = append([]string{ // like Lambda, nothing else: no PATH, no HOME
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(r.URL, "http://"), "AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=key",
		"AWS_SECRET_ACCESS_KEY=secret", "AWS_LAMBDA_FUNCTION_NAME=test", "WEBSHOP_EVENT_BUS=shop", "WEBSHOP_PUBLIC_URL=https://shop.example",
		"WEBSHOP_SIMULATE=payments-us,payments-mx,screening,stockist,carrier,books,mail",
		"WEBSHOP_LINK_SECRET=a secret of the tests that is long enough", "WEBSHOP_MAIL_FROM=", "WEBSHOP_PAYMENTS_US_URL=",
	}, env...)
	r.process.Stdout, r.process.Stderr = &r.log, &r.log
	if err := r.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { r.ended <- r.process.Wait() }()
	t.Cleanup(func() {
		_ = r.process.Process.Kill()
		r.CloseClientConnections()
		r.Close()
	})
	return r
}

func (r *runtime) next(w http.ResponseWriter, q *http.Request) {
	if !r.first.Swap(true) {
		close(r.asked)
	}
	select {
	case payload := <-r.payloads:
		r.number++
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", strconv.Itoa(r.number))
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(30*time.Second).UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:1:function:test")
		_, _ = io.WriteString(w, payload)
	case <-q.Context().Done():
	}
}

func (r *runtime) end(w http.ResponseWriter, q *http.Request, failed bool) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		failed = true
	}
	r.outcomes <- outcome{failed, string(body)}
	w.WriteHeader(http.StatusAccepted)
}

// invoke calls the instance.
func (r *runtime) invoke(t testing.TB, payload string) outcome {
	t.Helper()
	r.payloads <- payload
	return r.outcome(t)
}

func (r *runtime) outcome(t testing.TB) outcome {
	t.Helper()
	select {
	case o := <-r.outcomes:
		return o
	case err := <-r.ended:
		t.Fatalf("the bootstrap ended: %v\n%s", err, r.log.String())
	case <-time.After(time.Minute):
		t.Fatal("no answer")
	}
	return outcome{}
}

// over waits for the end of the process.
func (r *runtime) over(t testing.TB) error {
	t.Helper()
	select {
	case err := <-r.ended:
		return err
	case <-time.After(time.Minute):
		t.Fatal("the bootstrap does not end")
	}
	return nil
}

func (r *runtime) term(t testing.TB) {
	t.Helper()
	if err := r.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// get returns an event of API Gateway.
func get(path string) string {
	return fmt.Sprintf(`{"resource":%q,"path":%[1]q,"httpMethod":"GET","headers":{"Host":"api.example"},"requestContext":{"identity":{"sourceIp":"203.0.113.7"}}}`, path)
}

// memory returns the maximum memory of a process, in bytes.
func (r *runtime) memory(t testing.TB) (most float64) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", r.process.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	if _, err := fmt.Sscanf(after, "%f", &most); err != nil {
		t.Fatal(err)
	}
	return most * 1024
}

func until(t testing.TB, done <-chan struct{}, r *runtime) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	select {
	case <-done:
	case err := <-r.ended:
		t.Fatalf("the bootstrap ended: %v\n%s", err, r.log.String())
	case <-ctx.Done():
		t.Fatal("the bootstrap does not start")
	}
}
