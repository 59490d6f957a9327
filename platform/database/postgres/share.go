package postgres

import (
	"context"
	"errors"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/puddle/v2"
)

const (
	// mostConnections is how many connections a process has if there is room: one for each writer, and as many for reads.
	mostConnections = writers + readers
	// leastConnections is its minimum: one to write, one to read.
	leastConnections = 2
	// operatorsRoom is how many connections the processes leave free: for webshop audit, psql, a copy that starts.
	operatorsRoom = 5
)

// connectionsLeft selects how many connections all processes of the shop may have together, and how many processes there
// are.
const connectionsLeft = `SELECT least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
		- coalesce(current_setting('reserved_connections', true)::int, 0),
		(SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = session_user),
		(SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())),
	(SELECT count(*) FROM leases WHERE starts_with(role, 'process:'))`

// share is what the shop's processes share: connections, and their number.
type share struct{ connections, processes int }

// each returns how many connections each process may have.
func (s share) each() int {
	each := (s.connections - operatorsRoom) / max(s.processes, 1)
	return min(max(each, leastConnections), mostConnections)
}

// pools are the connections of a process.
type pools struct {
	write *pool // one connection for each writer, or fewer
	read  *pool // for the rest; the same as write if connections are few and their number is fixed
	size  int
}

func newPools(config *pgxpool.Config, l *link, size int) (*pools, error) {
	write, err := newPool(config, l, size/2)
	if err != nil {
		return nil, err
	}
	read, err := newPool(config, l, size-size/2)
	if err != nil {
		write.Close()
		return nil, err
	}
	return &pools{write, read, size}, nil
}

func (p *pools) close() {
	p.write.Close()
	p.read.Close()
}

// writing and reading select a pool.
func writing(p *pools) *pool { return p.write }
func reading(p *pools) *pool { return p.read }

// once runs a function on a connection of one of the pools. The pool may just have been replaced.
func (s *Store) once(ctx context.Context, which func(*pools) *pool, run func(context.Context, *pgx.Conn) error) (lost bool, err error) {
	for {
		lost, err = which(s.pools.Load()).once(ctx, run)
		if !errors.Is(err, puddle.ErrClosedPool) || s.closed() {
			return lost, err
		}
	}
}

// settle sets this process's share of the connections, and logs it. Behind a pooler a process takes the maximum, since
// the pooler decides how many lead to the server.
func (s *Store) settle(found share) {
	s.sharing.Lock()
	defer s.sharing.Unlock()
	size := found.each()
	if s.link.pooled.Load() {
		size = mostConnections
	}
	if s.config == nil || s.closed() || size == s.pools.Load().size {
		return
	}
	fresh, err := newPools(s.config, s.link, size)
	if err != nil {
		s.log.Error("database: the number of connections stays as it is", "error", err)
		return
	}
	level := slog.LevelInfo
	if size < mostConnections {
		level = slog.LevelWarn
	}
	s.log.Log(context.Background(), level, "database: this process has its share of the connections", "connections", size,
		"of", found.connections, "processes", found.processes, "leftToOthers", operatorsRoom)
	old := s.pools.Swap(fresh)
	s.closing.Go(old.close) // once its users are done
}
