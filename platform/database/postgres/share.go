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
	// mostConnections is how many a process has where there is room: for each writer one, and as many for reads.
	mostConnections = writers + readers
	// leastConnections is how many it has in any case: one to write, one to read.
	leastConnections = 2
	// operatorsRoom is how many connections the processes leave to others: webshop audit, psql, a copy that starts.
	operatorsRoom = 5
)

// connectionsLeft is how many connections all processes of the shop may have together, without what others need, and
// how many processes there are.
const connectionsLeft = `SELECT least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
		- coalesce(current_setting('reserved_connections', true)::int, 0),
		(SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = session_user),
		(SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database())),
	(SELECT count(*) FROM leases WHERE starts_with(role, 'process:'))`

// share is what the processes of the shop share: the connections that the server has for them, and how many they are.
type share struct{ connections, processes int }

// each is how many connections each process may have.
func (s share) each() int {
	each := (s.connections - operatorsRoom) / max(s.processes, 1)
	return min(max(each, leastConnections), mostConnections)
}

// pools are the connections of a process.
type pools struct {
	write *pool // a connection for each writer, or fewer
	read  *pool // for all else; the same one where connections are few and their number is fixed
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

// writing and reading say which pool something is to run on.
func writing(p *pools) *pool { return p.write }
func reading(p *pools) *pool { return p.read }

// once runs something on a connection of one of the pools, which may just have been changed for others.
func (s *Store) once(ctx context.Context, which func(*pools) *pool, run func(context.Context, *pgx.Conn) error) (lost bool, err error) {
	for {
		lost, err = which(s.pools.Load()).once(ctx, run)
		if !errors.Is(err, puddle.ErrClosedPool) || s.closed() {
			return lost, err
		}
	}
}

// settle gives this process its share of the connections, and says so. Behind a pooler it has all: how many of them lead to
// the server is the pooler's to say.
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
	s.closing.Go(old.close) // when who uses one of them has ended
}
