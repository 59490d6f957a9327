package app

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/nats-io/nats.go"

	"acme.example/webshop/bus"
	"acme.example/webshop/crash"
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
	opened, err := bus.Open(ctx, conn, bus.Embedded, s.log)
	crash.On("bus-cut", server.Stop)
	return &connection{conn, opened}, err
}

// outsideBus waits until NATS is there, and can hold the stream: a cluster may still be choosing its leader.
func (s *system) outsideBus(ctx context.Context) (*connection, error) {
	c := &connection{}
	urls := s.cfg.natsURLs()
	err := await(ctx, s.log, "the NATS servers", func(ctx context.Context) (err error) {
		c.conn, err = bus.Connect(ctx, urls, s.log)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.undo.add(func() error { c.conn.Close(); return nil })
	settings := bus.Cluster(s.cfg.replicas())
	err = await(ctx, s.log, "the stream on the NATS servers", func(ctx context.Context) (err error) {
		c.bus, err = bus.Open(ctx, c.conn, settings, s.log)
		return err
	})
	return c, err
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
