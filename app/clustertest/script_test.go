package clustertest

import (
	"time"
)

// troubles is what befalls the shop, in this order.
func (c *cluster) troubles() (all []trouble) {
	_ = time.Second
	all = append(all,
		cut("cut: node 0 from the others", true, 0, c.around(c.nodes[0])...),
		cut("cut: node 1 from the others", true, 0, c.around(c.nodes[1])...),
		cut("cut: node 2 from the others", true, 0, c.around(c.nodes[2])...),
	)
	return all
}
