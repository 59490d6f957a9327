// Package pgtest starts a real PostgreSQL for tests: Debian's `postgresql`, unprivileged, in a folder of its own and on a
// socket in it, apart from other servers. If it is not installed, the tests fail and say what to do.
//
// A server ends with the process that started it, even if a test panics or is killed.
package pgtest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startTimeout bounds the start of a server, including its recovery after a crash.
const startTimeout = time.Minute

// Server is a PostgreSQL for tests.
type Server struct {
	bin, folder string
	settings    []string
	user        *syscall.Credential
	alive       io.WriteCloser // the server runs as long as this is open
	process     *exec.Cmd
}

// supervise runs a command until its input ends, at the latest with the process that started it, and then removes the
// folder. A word on the input ends it too, but keeps the folder.
const supervise = `signal=$1; folder=$2; shift 2; "$@" & read -r keep; kill -$signal $! 2>/dev/null; wait $!; [ -n "$keep" ] || rm -rf "$folder"`

// newServer makes a server's files.
func newServer(settings []string) (*Server, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "postgres")
	if err != nil {
		return nil, err
	}
	s := &Server{bin: bin, folder: folder, settings: settings}
	if err := s.unprivileged(); err != nil {
		return nil, err
	}
	initdb := s.command(filepath.Join(bin, "initdb"), "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s, nil
}

// binaries finds the newest PostgreSQL on the system.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath("initdb"); len(found) == 0 && err == nil {
		return filepath.Dir(path), nil
	}
	if len(found) == 0 {
		return "", errors.New("PostgreSQL is not installed: run make setup, or install Debian's package postgresql")
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(path))) // a name that is no number counts as oldest
		return n
	}
	return slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) }), nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

// command runs as the unprivileged user in the server's folder.
func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.folder
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.user, Setpgid: true} // a Ctrl-C is for the tests
	return cmd
}

// Start starts a stopped server, and waits until it answers.
func (s *Server) Start() error {
	args := append([]string{"-c", supervise, "supervise", "QUIT", s.folder, filepath.Join(s.bin, "postgres"), "-D", s.data(),
		"-k", s.folder, "-c", "listen_addresses="}, s.settings...)
	s.process = s.command("sh", args...)
	var err error
	if s.alive, err = s.process.StdinPipe(); err != nil {
		return err
	}
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	return s.ready()
}

// ready waits until the server answers.
func (s *Server) ready() error {
	for end := time.Now().Add(startTimeout); ; time.Sleep(50 * time.Millisecond) {
		err := s.command(filepath.Join(s.bin, "pg_isready"), "-q", "-h", s.folder, "-U", "postgres").Run()
		if err == nil {
			return nil
		}
		if time.Now().After(end) {
			log, _ := os.ReadFile(filepath.Join(s.folder, "log")) // for the error
			return fmt.Errorf("PostgreSQL does not start: %w\n%s", err, log)
		}
	}
}

// Log returns what the server has logged.
func (s *Server) Log(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Crash kills all processes of the server at once, as a power cut would. Start starts it again on what it had stored.
func (s *Server) Crash() error {
	all, err := s.processes()
	if err == nil {
		err = s.signal(syscall.SIGKILL)
	}
	if err == nil {
		err = ended(all)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(s.alive, "keep\n")
	err = errors.Join(err, s.alive.Close())
	_ = s.process.Wait() // it was killed
	return err
}

// Pause stops all processes of the server: it keeps its connections, but does not answer until Resume.
func (s *Server) Pause() error { return s.signal(syscall.SIGSTOP) }

// Resume continues the server.
func (s *Server) Resume() error { return s.signal(syscall.SIGCONT) }

// PID returns the main process of the server, while it runs.
func (s *Server) PID() int { return s.process.Process.Pid }

// signal sends a signal to all processes of the server.
func (s *Server) signal(sig syscall.Signal) error {
	all, err := s.processes()
	for _, pid := range all {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return err
}

// processes lists all processes of the server, the main one first, which it stops, so that it starts no others meanwhile.
func (s *Server) processes() (all []int, err error) {
	content, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(content), "\n")
	main, err := strconv.Atoi(first)
	if err != nil {
		return nil, err
	}
	if err := syscall.Kill(main, syscall.SIGSTOP); err != nil {
		return nil, err
	}
	children, err := os.ReadFile(filepath.Join("/proc", first, "task", first, "children"))
	all = []int{main}
	for _, word := range strings.Fields(string(children)) {
		pid, wrong := strconv.Atoi(word)
		all, err = append(all, pid), errors.Join(err, wrong)
	}
	return all, err
}

// ended waits until the killed processes hold nothing any more, such as the server's shared memory.
func ended(all []int) error {
	for end := time.Now().Add(startTimeout); ; time.Sleep(5 * time.Millisecond) {
		alive := slices.DeleteFunc(slices.Clone(all), func(pid int) bool {
			stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
			_, state, _ := strings.Cut(string(stat), ") ")
			return err != nil || strings.HasPrefix(state, "Z")
		})
		if len(alive) == 0 {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("killed, and still there: %v", alive)
		}
	}
}

// Stop ends the server and removes its files.
func (s *Server) Stop() error {
	err := s.alive.Close()
	_ = s.process.Wait() // it was told to end; its exit status does not matter
	return err
}
