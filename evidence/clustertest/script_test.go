package clustertest

import (
	"context"
	"slices"
	"time"
)

// shortTroubles are the faults of the short test, which takes some minutes.
func (c *cluster) shortTroubles() (all []trouble) {
	for _, service := range services {
		all = append(all, c.killed(c.copies[service][0]))
	}
	return append(all,
		c.leaderKilled(),
		c.natsRestarted(),
		c.streamDeleted(),
		c.storesWiped(),
		c.postgresKilled(),
		c.promoted(),
		c.restored(),
		cut("services | PostgreSQL", 15*time.Second, between(c.services(), toSQL)).raising("process-silent"),
		c.proxied(),
		c.rolling("rolling upgrade: the first of each two", c.next, c.copy(0)),
		c.rolling("rolling upgrade: the second of each two", c.next, c.copy(1)),
	)
}

// copy returns the first or the second processes of each service.
func (c *cluster) copy(n int) (all []*instance) {
	for _, service := range services {
		all = append(all, c.copies[service][n])
	}
	return all
}

// services returns the processes without the service database.
func (c *cluster) services() (all []*instance) {
	for _, service := range services[1:] {
		all = append(all, c.copies[service]...)
	}
	return all
}

// longTroubles are all faults.
func (c *cluster) longTroubles() (all []trouble) {
	for _, i := range c.all() {
		all = append(all, c.killed(i))
	}
	for n := range nodes {
		all = append(all, c.nodesKilled(n))
	}
	all = append(all, c.leaderKilled())
	for n := range nodes {
		all = append(all, c.nodesKilled(n, (n+1)%nodes))
	}
	all = append(all, c.natsRestarted(), c.consumersDeleted(), c.streamDeleted(), c.storesWiped(), c.storesWiped())
	all = append(all, c.postgresKilled(), c.postgresKilled(), c.promoted(), c.restored())
	all = append(all, c.networkTroubles()...)
	all = append(all, c.proxied(), c.killed(c.copies["database"][0]), c.postgresKilled(), c.poolerKilled())
	return append(all,
		c.rolling("rolling restart", c.binary, c.all()),
		c.rolling("rolling upgrade: the first of each two", c.next, c.copy(0)),
		c.rolling("rolling upgrade: the second of each two", c.next, c.copy(1)),
		c.rolling("rolling step back", c.binary, c.all()),
		c.rolling("rolling upgrade, again", c.next, c.all()),
	)
}

// networkTroubles cut and slow each kind of connection: those of one process, while the other copy has its own, and all
// of them.
func (c *cluster) networkTroubles() (all []trouble) {
	first := func(service string) []*instance { return c.copies[service][:1] }
	for _, service := range services {
		all = append(all, cut(service+"-1 | PostgreSQL", 0, between(first(service), toSQL)), cut(service+"-1 | NATS", 0, between(first(service), toNATS)))
	}
	all = append(all,
		cut("services | PostgreSQL", 15*time.Second, between(c.services(), toSQL)).raising("process-silent"),
		cut("all processes | PostgreSQL", 10*time.Second, between(c.all(), toSQL)).raising("storage"),
		cut("all processes | NATS", 10*time.Second, between(c.all(), toNATS)).raising("bus/away"),
	)
	for n := range nodes {
		all = append(all, cut("NATS "+nodeName(n)+" | its cluster", 0, c.around(n)))
	}
	return append(all,
		cut("all NATS nodes from each other", 10*time.Second, slices.Concat(c.around(0), c.around(1))),
		slow("all processes, PostgreSQL", 10*time.Millisecond, between(c.all(), toSQL)),
		slow("all processes, NATS", 50*time.Millisecond, between(c.all(), toNATS)),
		slow("NATS nodes", 50*time.Millisecond, slices.Concat(c.around(0), c.around(1))),
	)
}

// leaderKilled is the kill of the NATS server that leads the stream.
func (c *cluster) leaderKilled() trouble {
	var killed trouble
	return trouble{name: "SIGKILL the stream's leader", goesOn: true,
		begin: func(ctx context.Context) error {
			n, err := c.leader(ctx)
			if err != nil {
				return err
			}
			killed = c.nodesKilled(n)
			return killed.begin(ctx)
		},
		end: func(ctx context.Context) error { return killed.end(ctx) },
	}
}
