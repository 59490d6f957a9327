package pgtest

import (
	"context"
	"fmt"
	"os"
	osuser "os/user"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// shared is the server shared by the tests of a package. It does not sync: files survive the kill of a process anyway.
var shared = sync.OnceValues(func() (*Server, error) { return start(append(forgetful, "-c", "max_connections=400")...) })

// forgetful are the settings of a server that loses what is not synced when the machine fails.
var forgetful = []string{"-c", "fsync=off", "-c", "full_page_writes=off"}

// Database returns the address of a new, empty database on the package's shared server. It is dropped when the test ends.
func Database(t testing.TB) (url string) {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return s.Database(t)
}

// Kept returns the address of a new, empty database on the package's shared server, which stays until the server stops.
func Kept(name string) (url string, err error) {
	s, err := shared()
	if err != nil {
		return "", err
	}
	return s.Make(name)
}

// New starts a server for one test, which may do anything to it. It stops when the test ends.
func New(t testing.TB, settings ...string) *Server {
	t.Helper()
	s, err := start(settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Start starts a server for a program, which must stop it. It loses what is not synced when the machine fails.
func Start() (*Server, error) { return start(forgetful...) }

// Make returns the address of a new, empty database on the server.
func (s *Server) Make(name string) (url string, err error) {
	return s.URL(name), Exec(s.URL("postgres"), "CREATE DATABASE "+name)
}

func start(settings ...string) (*Server, error) {
	s, err := newServer(settings)
	if err != nil {
		return nil, err
	}
	return s, s.Start()
}

var databases atomic.Int64

// Database returns the address of a new, empty database on the server. It is dropped when the test ends.
func (s *Server) Database(t testing.TB) (url string) {
	t.Helper()
	return s.create(t, "")
}

func (s *Server) create(t testing.TB, how string) (url string) {
	t.Helper()
	name := fmt.Sprintf("test%d", databases.Add(1))
	s.Exec(t, "postgres", "CREATE DATABASE "+name+how)
	t.Cleanup(func() { s.Exec(t, "postgres", "DROP DATABASE "+name+" WITH (FORCE)") })
	return s.URL(name)
}

// Copy returns the address of a new copy of a database made by Database, which no one may use meanwhile. It is dropped
// when the test ends.
func Copy(t testing.TB, url string) string {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	path, _, _ := strings.Cut(url, "?")
	return s.create(t, " TEMPLATE "+path[strings.LastIndex(path, "/")+1:])
}

// user is a user of the server who owns nothing.
const user = "shop"

// User returns the name of a user of the shared server who owns nothing.
func User(t testing.TB) string {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	s.Exec(t, "postgres", `DO $$ BEGIN CREATE ROLE `+user+` LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
	return user
}

// Login makes a role and a user who is its member, on the shared server, and returns the user.
func Login(t testing.TB, user, role string) string {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	for _, made := range []string{role + ` NOLOGIN`, user + ` LOGIN IN ROLE ` + role} {
		s.Exec(t, "postgres", `DO $$ BEGIN CREATE ROLE `+made+`; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
	}
	return user
}

// As returns the address of a database for another user.
func As(user, url string) string {
	return strings.Replace(url, "postgres://postgres@", "postgres://"+user+"@", 1)
}

// URL returns the address of a database of the server: on a socket in its folder.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://postgres@/%s?host=%s", database, s.folder)
}

// Exec runs a statement in a database.
func (s *Server) Exec(t testing.TB, database, sql string) {
	t.Helper()
	if err := Exec(s.URL(database), sql); err != nil {
		t.Errorf("%s: %v", sql, err)
	}
}

// Exec runs a statement in the database at an address, on a connection of its own, within half a minute, so that a
// hanging server does not hold up the test that made it hang.
func Exec(url, sql string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// unprivileged gives the folder to a user other than root, since PostgreSQL refuses to run as root.
func (s *Server) unprivileged() error {
	if os.Getuid() != 0 {
		return nil
	}
	who, err := osuser.Lookup("postgres") // made by the package
	if err != nil {
		who, err = osuser.Lookup("nobody")
	}
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		return err
	}
	s.user = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.folder, int(uid), int(gid))
}
