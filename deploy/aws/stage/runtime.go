package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// maxResponse bounds a function's answer, as Lambda does.
const maxResponse = 6 << 20

// shutdownWithin is how long a process may take to end; Lambda gives it half a second on a processor of its own.
const shutdownWithin = 2 * time.Second

// invocation is a call of a function in an instance.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	trace    string
	outcome  chan outcome // receives one
}

// outcome is how an invocation ended.
type outcome struct {
	payload []byte
	fault   string // "" or Lambda's name for the function's error
}

// instance is one execution environment: a process of the bootstrap, and its Runtime API.
type instance struct {
	f       *function
	process *exec.Cmd
	server  *http.Server
	calls   chan *invocation
	ready   chan struct{} // closed when the process asks for the first invocation
	gone    chan struct{} // closed when the process has ended
	once    sync.Once

	mu      sync.Mutex
	current *invocation
}

// boot starts an execution environment.
func (f *function) boot() (*instance, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	i := &instance{f: f, calls: make(chan *invocation), ready: make(chan struct{}), gone: make(chan struct{})}
	i.server = &http.Server{Handler: i.api(), ReadHeaderTimeout: 5 * time.Second}
	i.process = exec.Command(f.bootstrap)
	i.process.Dir = f.folder
	i.process.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String()}, f.env...)
	i.process.Stdout, i.process.Stderr = f.log, f.log
	i.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := i.process.Start(); err != nil {
		_ = listener.Close()
		return nil, fmt.Errorf("function %s: %w", f.id, err)
	}
	go func() { _ = i.server.Serve(listener) }()
	go i.reap()
	return i, nil
}

// reap waits for the end of the process. Its current invocation has failed then.
func (i *instance) reap() {
	_ = i.process.Wait() // it is usually killed
	_ = i.server.Close()
	close(i.gone)
}

// shutdown ends an idle process as Lambda does: with a signal, and by killing it if it takes long.
func (i *instance) shutdown() {
	_ = i.process.Process.Signal(syscall.SIGCONT)
	_ = i.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-i.gone:
	case <-time.After(shutdownWithin):
		i.kill()
		<-i.gone
	}
}

// kill ends the process at once, frozen or not.
func (i *instance) kill() { _ = i.process.Process.Signal(syscall.SIGKILL) }

// api is the Lambda Runtime API of one instance.
func (i *instance) api() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2020-01-01/extension/register", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Lambda-Extension-Identifier", requestID())
		_, _ = w.Write([]byte("{}")) // an extension in the process: with one, Lambda ends it by SIGTERM first
	})
	mux.HandleFunc("GET /2020-01-01/extension/event/next", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-i.gone:
		case <-r.Context().Done():
		}
	})
	mux.HandleFunc("GET "+base+"invocation/next", i.next)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", func(w http.ResponseWriter, r *http.Request) { i.answer(w, r, "") })
	mux.HandleFunc("POST "+base+"invocation/{id}/error", func(w http.ResponseWriter, r *http.Request) { i.answer(w, r, "Unhandled") })
	mux.HandleFunc("POST "+base+"init/error", func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(io.LimitReader(r.Body, maxResponse)) // for the log
		fmt.Fprintf(i.f.log, "INIT_REPORT Status: error %s\n", text)
		w.WriteHeader(http.StatusAccepted)
		i.kill()
	})
	return mux
}

// next gives the process its next invocation. While there is none the process is frozen, as by Lambda.
func (i *instance) next(w http.ResponseWriter, r *http.Request) {
	first := false // else it belongs to the call that it was started for
	i.once.Do(func() { first = true; close(i.ready) })
	frozen := false
	var call *invocation
	select {
	case call = <-i.calls:
	default:
		frozen = i.process.Process.Signal(syscall.SIGSTOP) == nil
		if !first {
			i.f.rest(i)
		}
		select {
		case call = <-i.calls:
		case <-i.gone:
			return
		}
	}
	i.mu.Lock()
	i.current = call
	i.mu.Unlock()
	h := w.Header()
	h.Set("Lambda-Runtime-Aws-Request-Id", call.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(call.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", i.f.arn)
	h.Set("Lambda-Runtime-Trace-Id", call.trace)
	h.Set("Content-Type", "application/json")
	_, _ = w.Write(call.payload) // if the process is dead, its invocation fails by that
	_ = http.NewResponseController(w).Flush()
	if frozen {
		_ = i.process.Process.Signal(syscall.SIGCONT)
	}
}

// answer receives the response of the current invocation, or its error.
func (i *instance) answer(w http.ResponseWriter, r *http.Request, fault string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxResponse+1))
	i.mu.Lock()
	call := i.current
	i.mu.Unlock()
	switch {
	case err != nil || call == nil || call.id != r.PathValue("id"):
		http.Error(w, `{"errorType":"InvalidRequestID"}`, http.StatusBadRequest)
		return
	case len(body) > maxResponse:
		body, fault = []byte(`{"errorType":"Function.ResponseSizeTooLarge"}`), "Unhandled"
	}
	select {
	case call.outcome <- outcome{body, fault}:
	default: // it has answered before
	}
	w.WriteHeader(http.StatusAccepted)
}

// memory returns the most that the process has used, in bytes; 0 when it has ended.
func (i *instance) memory() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", i.process.Process.Pid))
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	var kilobytes int
	_, _ = fmt.Sscan(after, &kilobytes) // 0 if there is nothing to read
	return kilobytes << 10
}
