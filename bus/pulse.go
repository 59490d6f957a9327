package bus

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// pulseEvery is how often a connection to a cluster is tried, and for how long at most; after maxSilent tries without
	// an answer another server is asked.
	pulseEvery = 2 * time.Second
	maxSilent  = 4
)

// keepUseful leaves a server that is there, but cut off from the others of its cluster: the connection to it is well, and
// nothing on it is ever answered. It returns when the connection is closed.
func (b *Bus) keepUseful() {
	conn := b.js.Conn()
	ticker := time.NewTicker(pulseEvery)
	defer ticker.Stop()
	closed := conn.StatusChanged(nats.CLOSED)
	for silent := 0; ; {
		select {
		case <-ticker.C:
		case <-closed:
			return
		}
		if b.answers() || !conn.IsConnected() {
			silent = 0
		} else if silent++; silent == maxSilent {
			silent = 0
			b.log.Warn("bus: the server does not answer; connecting to another one", "from", conn.ConnectedUrlRedacted())
			if err := conn.ForceReconnect(); err != nil {
				b.log.Warn("bus: connecting again", "error", err)
			}
		}
	}
}

// answers reports whether the cluster answers, on this connection.
func (b *Bus) answers() bool {
	ctx, cancel := context.WithTimeout(context.Background(), pulseEvery)
	defer cancel()
	return b.Ping(ctx) == nil
}
