package app

import (
	"context"
	"strings"
	"time"

	"acme.example/webshop/platform/bus/nats"
)

// natsPatience bounds how long a process waits at its start for the NATS servers: a complete cluster needs no longer.
const natsPatience = 5 * time.Second

// openNATS connects to the NATS servers. It waits for them only briefly, since a process can take orders without them:
// events wait in the journal. An error that cannot pass by itself fails the start.
func (s *system) openNATS(ctx context.Context) (*nats.Bus, error) {
	conn, err := nats.Connect(s.cfg.natsURLs(), s.log)
	if err != nil {
		return nil, err
	}
	s.undo.add(func() error { conn.Close(); return nil })
	opened, err := nats.Open(conn, nats.Cluster(s.cfg.replicas()), s.log)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, natsPatience)
	defer cancel()
	if err := opened.Await(waiting); err != nil {
		if t := opened.Trouble(); t != nil && t.Final() || ctx.Err() != nil {
			return nil, err
		}
		s.log.Warn("start: continuing without the NATS servers; events wait for them", "error", err)
	}
	return opened, nil
}

// natsURLs returns the address of each NATS server. A setting may hold several, separated by commas.
func (c Config) natsURLs() (urls []string) {
	for _, secret := range c.NATSURL {
		for address := range strings.SplitSeq(string(secret), ",") {
			urls = append(urls, strings.TrimSpace(address))
		}
	}
	return urls
}

// replicas returns how many NATS servers keep each event.
func (c Config) replicas() int {
	switch {
	case c.NATSReplicas > 0:
		return c.NATSReplicas
	case len(c.natsURLs()) >= 3:
		return 3
	}
	return 1
}
