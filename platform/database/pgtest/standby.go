package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Standby starts an asynchronous standby of this server. It stops when the test ends.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	folder, err := os.MkdirTemp("", "postgres")
	if err != nil {
		t.Fatal(err)
	}
	follower := &Server{bin: s.bin, folder: folder, settings: s.settings}
	if err := follower.unprivileged(); err != nil {
		t.Fatal(err)
	}
	backup := follower.command(filepath.Join(s.bin, "pg_basebackup"), "-D", follower.data(), "-h", s.folder, "-U", "postgres",
		"-R", "-X", "stream", "-c", "fast", "--no-sync")
	if out, err := backup.CombinedOutput(); err != nil {
		t.Fatalf("pg_basebackup: %v\n%s", err, out)
	}
	if err := follower.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := follower.Stop(); err != nil {
			t.Error(err)
		}
	})
	return follower
}

// CatchUp waits until the standby has all commits of its primary.
func (s *Server) CatchUp(t testing.TB, primary *Server) {
	t.Helper()
	at := ask[string](t, primary, `SELECT pg_current_wal_flush_lsn()::text`)
	s.until(t, fmt.Sprintf(`SELECT pg_last_wal_replay_lsn() >= '%s'::pg_lsn`, at))
}

// WaitFor makes the server confirm a commit only when the standby has it too.
func (s *Server) WaitFor(t testing.TB, standby *Server) {
	t.Helper()
	s.Exec(t, "postgres", `ALTER SYSTEM SET synchronous_standby_names = '*'`)
	s.Exec(t, "postgres", `SELECT pg_reload_conf()`)
	s.until(t, `SELECT EXISTS (SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync')`)
	standby.CatchUp(t, s)
}

// Retire makes a server run alone, whether it was killed or had a standby, so that its databases can be dropped.
func (s *Server) Retire() error {
	if err := Exec(s.URL("postgres"), `SELECT`); err != nil {
		if err := s.Start(); err != nil {
			return err
		}
	}
	return errors.Join(Exec(s.URL("postgres"), `ALTER SYSTEM RESET synchronous_standby_names`), Exec(s.URL("postgres"), `SELECT pg_reload_conf()`))
}

// Detach ends the replication to the standby: it gets no later commits.
func (s *Server) Detach(t testing.TB) {
	t.Helper()
	s.Exec(t, "postgres", `ALTER SYSTEM SET primary_conninfo = ''`)
	s.Exec(t, "postgres", `SELECT pg_reload_conf()`)
	s.until(t, `SELECT NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver)`)
}

// Promote makes the standby the primary.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	if !ask[bool](t, s, `SELECT pg_promote()`) {
		t.Fatal("the standby was not promoted")
	}
}

// Either returns the address of a database on whichever of several servers is the primary.
func Either(database string, servers ...*Server) string {
	at, err := url.Parse(database)
	if err != nil {
		panic(err) // it was made by Database
	}
	var folders, ports []string
	for _, s := range servers {
		folders, ports = append(folders, s.folder), append(ports, "5432")
	}
	at.RawQuery = "host=" + strings.Join(folders, ",") + "&port=" + strings.Join(ports, ",") + "&target_session_attrs=read-write"
	return at.String()
}

// until waits until a query returns true.
func (s *Server) until(t testing.TB, sql string) {
	t.Helper()
	for end := time.Now().Add(startTimeout); !ask[bool](t, s, sql); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never true: %s", sql)
		}
	}
}

// ask reads one value.
func ask[T any](t testing.TB, s *Server, sql string) (value T) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, sql).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}
