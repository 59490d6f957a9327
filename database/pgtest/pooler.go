package pgtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// poolerConfig is PgBouncer's: a connection to the server is lent for one transaction. It is what Debian's package has,
// but for the places of files, the users, and a number of connections that tests with many stores can share.
const poolerConfig = `[databases]
* = host=%[1]s
[pgbouncer]
pool_mode = transaction
unix_socket_dir = %[2]s
listen_port = 5432
auth_type = trust
auth_file = %[2]s/users
max_client_conn = 500
default_pool_size = 4
max_db_connections = 8
`

// sharedPooler is in front of the server that all tests of the package share.
var sharedPooler = sync.OnceValues(func() (pooler, error) {
	s, err := shared()
	if err != nil {
		return pooler{}, err
	}
	return s.startPooler()
})

// Pooled returns the address of a database, on the server that all tests of the package share, behind a PgBouncer in
// transaction mode (Debian's `pgbouncer`).
func Pooled(t testing.TB, url string) string {
	t.Helper()
	p, err := sharedPooler()
	if err != nil {
		t.Fatal(err)
	}
	return p.behind(url)
}

// Pooled returns the address of a database behind a PgBouncer of its own, which ends with the test.
func (s *Server) Pooled(t testing.TB, url string) string {
	t.Helper()
	p, err := s.startPooler()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.stop)
	return p.behind(url)
}

// pooler is a PgBouncer. It ends with the process that started it.
type pooler struct {
	server, folder string // where each has its socket
	stop           func()
}

func (p pooler) behind(url string) string { return strings.Replace(url, p.server, p.folder, 1) }

func (s *Server) startPooler() (p pooler, err error) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	p.server = s.folder
	if p.folder, err = os.MkdirTemp(s.folder, "pooler"); err != nil {
		return p, err
	}
	for name, content := range map[string]string{
		"pgbouncer.ini": fmt.Sprintf(poolerConfig, s.folder, p.folder), "users": "\"postgres\" \"\"\n\"shop\" \"\"\n",
	} {
		if err := os.WriteFile(filepath.Join(p.folder, name), []byte(content), 0o644); err != nil {
			return p, err
		}
	}
	if s.user != nil {
		if err := os.Chown(p.folder, int(s.user.Uid), int(s.user.Gid)); err != nil {
			return p, err
		}
	}
	cmd := s.command("sh", "-c", supervise, "supervise", "TERM", p.folder, program, "-q", filepath.Join(p.folder, "pgbouncer.ini"))
	alive, err := cmd.StdinPipe()
	if err != nil {
		return p, err
	}
	if err := cmd.Start(); err != nil {
		return p, err
	}
	p.stop = func() {
		_ = alive.Close()
		_ = cmd.Wait() // it was told to end
	}
	return p, p.ready()
}

// ready waits until the pooler answers.
func (p pooler) ready() error {
	for end := time.Now().Add(startTimeout); ; time.Sleep(20 * time.Millisecond) {
		conn, err := pgx.Connect(context.Background(), p.behind("postgres://postgres@/postgres?host="+p.server))
		if err == nil {
			return conn.Close(context.Background())
		}
		if time.Now().After(end) {
			return fmt.Errorf("PgBouncer does not answer; is it installed (make setup, or Debian's package pgbouncer)? %w", err)
		}
	}
}
