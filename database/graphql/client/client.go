// Package client is the store of the processes that have no database of their own: it asks the database service, over
// GraphQL (../../schema.graphql) on that service's private listener.
//
// It guarantees: a call returns what the engine returned, or an error with the same code, fields and message; a read is
// tried again within its time; a write is sent again only when it certainly did nothing. A write whose outcome no one can
// tell is fault.Unavailable, as a connection that an engine lost while committing is: the caller's own retry, under its
// receipt or claim, finds out.
package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"acme.example/webshop/database"
)

// DefaultTimeout bounds a call, with all its tries, when the configuration does not. It is longer than an engine tries a
// write, so that what the engine says of it arrives.
const DefaultTimeout = 6 * time.Second

// Config says where the database service is.
type Config struct {
	// URLs are the private listeners of the processes that run the database service, e.g. http://db1:8081. All must be of
	// one shop. One of them is asked as long as it answers, which one is left to chance, so that the many processes of a
	// shop do not all ask the same; then the next.
	URLs []string
	// Token is what they take from the shop's own processes (--service-token). "" sends none.
	Token string
	// Timeout bounds a call, with all its tries; 0 is DefaultTimeout.
	Timeout time.Duration
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: silent
}

// Store is a database service at the other end of a network. It is safe for concurrent use.
type Store struct {
	cfg     Config
	http    *http.Client
	good    atomic.Uint32 // which of the URLs answered last
	told    atomic.Int64  // when a change of it was last logged, in milliseconds since 1970
	untried untried
	life    context.Context // ends with Close
	end     context.CancelFunc
}

var _ database.Services = (*Store)(nil)

// Open returns a store. It asks nothing yet: the service may start later (Ping tells).
func Open(cfg Config) (*Store, error) {
	if err := cfg.complete(); err != nil {
		return nil, err
	}
	s := &Store{cfg: cfg, http: httpClient(cfg.Timeout)}
	s.good.Store(rand.Uint32N(uint32(len(cfg.URLs))))
	s.life, s.end = context.WithCancel(context.Background())
	return s, nil
}

// complete checks the configuration and fills in what may be left out.
func (cfg *Config) complete() error {
	if len(cfg.URLs) == 0 {
		return errors.New("client: no address of the database service")
	}
	for i, address := range cfg.URLs {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return fmt.Errorf("client: address %d of the database service must be as http://host:8081", i+1)
		}
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = DefaultTimeout
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return nil
}

// endpoint is where the service answers GraphQL.
func endpoint(address string) string { return strings.TrimSuffix(address, "/") + "/database" }

// Ping reports whether the service can be reached and can read its database.
func (s *Store) Ping(ctx context.Context) error {
	_, err := ping(ctx, s)
	return err
}

// Close ends the connections. Calls in work are answered; later ones are fault.Unavailable.
func (s *Store) Close() error {
	s.end()
	s.untried.wait()
	s.http.CloseIdleConnections()
	return nil
}
