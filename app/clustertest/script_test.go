package clustertest

import "time"

// troubles is what befalls the shop, in this order.
func (c *cluster) troubles() (all []trouble) {
	for _, service := range services {
		all = append(all, c.killed(c.copies[service][0]))
	}
	for _, n := range c.nodes {
		all = append(all, c.nodesKilled("SIGKILL "+n.name, n))
	}
	all = append(all,
		c.nodesKilled("SIGKILL two NATS nodes", c.nodes[0], c.nodes[1]),
		c.postgresKilled(),
		cut("cut: one order process from the database processes", true, 0, toDatabase(c.copies["order"][0])...),
		cut("cut: all services from the database processes", false, 5*time.Second, between(c.all(), toDatabase)...),
		cut("cut: one database process from PostgreSQL", true, 0, toSQL(c.copies["database"][0])...),
		cut("cut: all from PostgreSQL", false, 5*time.Second, between(c.all(), toSQL)...),
		cut("cut: one database process from NATS", true, 0, toNATS(c.copies["database"][0])...),
		cut("cut: all from NATS", false, 5*time.Second, between(c.all(), toNATS)...),
		cut("cut: one NATS node from the others", true, 0, c.around(c.nodes[0])...),
		slow("services and database processes", 50*time.Millisecond, between(c.all(), toDatabase)...),
		slow("database processes and PostgreSQL", 20*time.Millisecond, between(c.all(), toSQL)...),
		c.rolling("rolling restart", c.binary, c.all()),
	)
	return all
}
