package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// poolerConfig is PgBouncer's: it lends a server connection for one transaction. It has the defaults of Debian's package,
// except for paths, users, and a number of connections that tests with many stores can share.
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

// sharedPooler is in front of the package's shared server.
var sharedPooler = sync.OnceValues(func() (*Pooler, error) {
	s, err := shared()
	if err != nil {
		return nil, err
	}
	return s.StartPooler()
})

// Pooled returns the address of a database on the package's shared server, behind a PgBouncer in transaction mode
// (Debian's `pgbouncer`).
func Pooled(t testing.TB, url string) string {
	t.Helper()
	p, err := sharedPooler()
	if err != nil {
		t.Fatal(err)
	}
	return p.Behind(url)
}

// Pooler is a PgBouncer in transaction mode. It ends with the process that started it.
type Pooler struct {
	server  *Server
	folder  string         // of its files and socket
	alive   io.WriteCloser // the pooler runs as long as this is open
	process *exec.Cmd
}

// StartPooler starts a pooler in front of the server.
func (s *Server) StartPooler() (*Pooler, error) {
	folder, err := os.MkdirTemp(s.folder, "pooler")
	if err != nil {
		return nil, err
	}
	for name, content := range map[string]string{
		"pgbouncer.ini": fmt.Sprintf(poolerConfig, s.folder, folder), "users": fmt.Sprintf("%q \"\"\n%q \"\"\n", "postgres", user),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o644); err != nil {
			return nil, err
		}
	}
	if s.user != nil {
		if err := os.Chown(folder, int(s.user.Uid), int(s.user.Gid)); err != nil {
			return nil, err
		}
	}
	p := &Pooler{server: s, folder: folder}
	return p, p.Start()
}

// Behind returns the address of a database of the server behind the pooler.
func (p *Pooler) Behind(url string) string { return strings.Replace(url, p.server.folder, p.folder, 1) }

// Start starts a stopped pooler, and waits until it answers.
func (p *Pooler) Start() (err error) {
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	p.process = p.server.command("sh", "-c", supervise, "supervise", "TERM", p.folder, program, "-q", filepath.Join(p.folder, "pgbouncer.ini"))
	if p.alive, err = p.process.StdinPipe(); err != nil {
		return err
	}
	if err := p.process.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(startTimeout); ; time.Sleep(20 * time.Millisecond) {
		conn, err := pgx.Connect(context.Background(), p.Behind(p.server.URL("postgres")))
		if err == nil {
			return conn.Close(context.Background())
		}
		if time.Now().After(end) {
			return fmt.Errorf("PgBouncer does not answer; is it installed (make setup, or Debian's package pgbouncer)? %w", err)
		}
	}
}

// Break ends the pooler at once, with all its connections. Start starts it again.
func (p *Pooler) Break() error {
	_, err := io.WriteString(p.alive, "keep\n")
	return errors.Join(err, p.Stop())
}

// Stop ends the pooler.
func (p *Pooler) Stop() error {
	err := p.alive.Close()
	_ = p.process.Wait() // it was told to end; its exit status does not matter
	return err
}
