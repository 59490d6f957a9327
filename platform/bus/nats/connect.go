package nats

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// dialTimeout bounds one try to connect to one server.
	dialTimeout = 2 * time.Second
	// reconnectWait is the wait between two tries to connect to the same server; reconnectJitter is added at random, so
	// that not all processes return at once.
	reconnectWait   = 250 * time.Millisecond
	reconnectJitter = 250 * time.Millisecond
	// reconnectBuffer bounds the messages buffered while there is no connection. The rest is refused, and published
	// again.
	reconnectBuffer = 4 << 20
	// pingEvery is how often the server is pinged; after maxPings unanswered pings the connection counts as broken,
	// though it is open.
	pingEvery = 2 * time.Second
	maxPings  = 2
	// writeTimeout bounds how long a write to the server may block.
	writeTimeout = 5 * time.Second
)

// Connect returns a connection to NATS servers. An address is like nats://user:password@host:4222; the scheme tls://
// requires TLS. It does not wait for a server: the connection is made once one answers, and made again to any of them
// whenever it breaks. Passwords are not logged.
func Connect(urls []string, log *slog.Logger) (*nats.Conn, error) {
	if err := checkURLs(urls); err != nil {
		return nil, err
	}
	conn, err := nats.Connect(strings.Join(urls, ","), append(clientOptions(log), nats.Name(processName()), nats.RetryOnFailedConnect(true))...)
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	return conn, nil
}

// clientOptions are the options of a connection once it was made.
func clientOptions(log *slog.Logger) []nats.Option {
	return []nats.Option{
		nats.Timeout(dialTimeout), nats.MaxReconnects(-1), nats.ReconnectWait(reconnectWait), nats.ReconnectJitter(reconnectJitter, reconnectJitter),
		nats.ReconnectBufSize(reconnectBuffer), nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(maxPings),
		nats.FlusherTimeout(writeTimeout), nats.IgnoreAuthErrorAbort(),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				log.Warn("bus: disconnected; connecting again", "error", err)
			}
		}),
		nats.ReconnectHandler(func(c *nats.Conn) { log.Info("bus: connected again", "to", c.ConnectedUrlRedacted()) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("bus: connection", "error", err) }),
	}
}

// checkURLs names the addresses that cannot be those of NATS servers, by number, since a password may be in them.
func checkURLs(urls []string) error {
	if len(urls) == 0 {
		return errors.New("bus: no address of a NATS server")
	}
	for i, address := range urls {
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "nats" && u.Scheme != "tls") || u.Hostname() == "" || strings.Contains(address, ",") {
			return fmt.Errorf("bus: address %d of a NATS server must be like nats://host:4222 or tls://user:password@host:4222", i+1)
		}
	}
	return nil
}

// withoutUsers lists addresses without users and passwords.
func withoutUsers(urls []string) string {
	var clean []string
	for _, address := range urls {
		if u, err := url.Parse(address); err == nil {
			clean = append(clean, u.Scheme+"://"+u.Host)
		}
	}
	return strings.Join(clean, ", ")
}

// processName is the connection's name in the server's lists.
func processName() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("webshop %s/%d", host, os.Getpid())
}
