package app

import (
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"acme.example/webshop/bus"
	"acme.example/webshop/crash"
)

const (
	// embeddedPatience bounds how long a process waits at its start for the bus inside it, and natsPatience for NATS servers
	// outside: a cluster that has all its nodes needs no longer.
	embeddedPatience = 10 * time.Second
	natsPatience     = 5 * time.Second
)

// connection is the bus, and what it goes through.
type connection struct {
	conn *nats.Conn
	bus  *bus.Bus
}

// openBus connects to the NATS servers that are named, or starts one inside the process.
func (s *system) openBus(ctx context.Context) (err error) {
	if s.cfg.hosted {
		return nil
	}
	if len(s.cfg.NATSURL) > 0 {
		s.nats, err = s.outsideBus(ctx)
	} else {
		s.nats, err = s.embeddedBus(ctx)
	}
	if err != nil {
		return err
	}
	s.bus = s.nats.bus
	crash.On("bus-wiped", func() { _ = s.bus.Wipe(context.Background()) })
	return nil
}

func (s *system) embeddedBus(ctx context.Context) (*connection, error) {
	server, err := bus.StartServer(filepath.Join(s.cfg.DataDir, "nats"))
	if err != nil {
		return nil, err
	}
	s.undo.add(func() error { server.Stop(); return nil })
	conn, err := server.Connect()
	if err != nil {
		return nil, err
	}
	s.undo.add(func() error { conn.Close(); return nil })
	opened, err := bus.Open(conn, bus.Embedded, s.log)
	if err != nil {
		return nil, err
	}
	crash.On("bus-cut", server.Stop)
	ctx, cancel := context.WithTimeout(ctx, embeddedPatience)
	defer cancel()
	return &connection{conn, opened}, opened.Await(ctx)
}

// outsideBus connects to the NATS servers. A process waits for them for a moment only, since it can take orders without
// them: their events wait in the journal. What cannot pass by itself fails the start.
func (s *system) outsideBus(ctx context.Context) (*connection, error) {
	conn, err := bus.Connect(s.cfg.natsURLs(), s.log)
	if err != nil {
		return nil, err
	}
	s.undo.add(func() error { conn.Close(); return nil })
	opened, err := bus.Open(conn, bus.Cluster(s.cfg.replicas()), s.log)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, natsPatience)
	defer cancel()
	if err := opened.Await(waiting); err != nil {
		if t := opened.Trouble(); t != nil && t.Final() || ctx.Err() != nil {
			return nil, err
		}
		s.log.Warn("start: going on without the NATS servers; events wait until they are there", "error", err)
	}
	return &connection{conn, opened}, nil
}

// natsURLs is the address of each NATS server. A file may hold several, separated by commas, as the environment may.
func (c Config) natsURLs() (urls []string) {
	for _, secret := range c.NATSURL {
		for address := range strings.SplitSeq(string(secret), ",") {
			urls = append(urls, strings.TrimSpace(address))
		}
	}
	return urls
}

// replicas is how many NATS servers keep each event.
func (c Config) replicas() int {
	switch {
	case c.NATSReplicas > 0:
		return c.NATSReplicas
	case len(c.natsURLs()) >= 3:
		return 3
	}
	return 1
}
