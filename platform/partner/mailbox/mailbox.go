// Package mailbox is the shop's built-in mail receiver: an SMTP server on the loopback, a way in for mails from the
// same process, and a viewer that shows each mail as its recipient would see it. It receives all mails if no mail server is configured, and
// the mails of test orders always. It forwards nothing.
//
// It guarantees: it holds only the newest mails (Config.Keep and Config.KeepBytes), in memory. A mail is at most 1 MiB. A
// mail received again (same Message-ID, same recipient) is held once, and its copies are counted. The viewer never runs
// or fetches anything in a mail, nor presents it as its own.
package mailbox

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"
)

// The limits of the receiver.
const (
	defaultKeep      = 2000
	defaultKeepBytes = 8 << 20
	maxMailBytes     = 1 << 20
	// maxBuffer bounds the buffer that a connection keeps for its next mail.
	maxBuffer     = 32 << 10
	maxRecipients = 20
	maxClients    = 64
	idleTimeout   = 2 * time.Minute
	writeTimeout  = 10 * time.Second
)

// Config configures a mailbox. The zero Config is a mailbox on a free port of the loopback.
type Config struct {
	Listener  net.Listener               // receives mails; nil: New listens on Addr
	Addr      string                     // "" is a free port of the loopback
	Keep      int                        // the number of mails; 0 is 2,000
	KeepBytes int                        // their bytes; 0 is 8 MiB
	Now       func() time.Time           // nil is time.Now
	Received  func(messageID, to string) // told of each mail when it comes for the first time; nil: no one is
	Log       *slog.Logger               // nil is slog.Default
}

// Mailbox receives and holds mails. It is safe for concurrent use.
type Mailbox struct {
	config   Config
	listener net.Listener
	server   *smtp.Server
	served   chan error // the server's error
	pages    *pages
	closed   atomic.Bool

	mu     sync.RWMutex
	mails  []*stored          // oldest first
	byID   map[string]*stored // the newest mail of each ID
	bytes  int                // of all mails
	number int                // of the last mail
}

// New opens a mailbox and starts to receive.
func New(c Config) (*Mailbox, error) {
	c = c.complete()
	if c.Listener == nil {
		listener, err := net.Listen("tcp", c.Addr)
		if err != nil {
			return nil, fmt.Errorf("mailbox: %w", err)
		}
		c.Listener = listener
	}
	pages, err := newPages()
	if err != nil {
		return nil, errors.Join(err, c.Listener.Close())
	}
	m := &Mailbox{
		config: c, listener: c.Listener, served: make(chan error, 1), pages: pages, byID: map[string]*stored{},
	}
	m.server = m.newServer()
	go func() { m.served <- m.server.Serve(netutil.LimitListener(m.listener, maxClients)) }()
	return m, nil
}

func (c Config) complete() Config {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Keep <= 0 {
		c.Keep = defaultKeep
	}
	if c.KeepBytes <= 0 {
		c.KeepBytes = defaultKeepBytes
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// Addr returns the SMTP server's address as host:port.
func (m *Mailbox) Addr() string { return m.listener.Addr().String() }

// Close ends the receiver and its connections, and waits for that. The mails can still be read.
func (m *Mailbox) Close() error {
	m.closed.Store(true)
	err := m.server.Close()
	if closed := m.listener.Close(); err == nil && !errors.Is(closed, net.ErrClosed) {
		err = closed
	}
	if errors.Is(err, smtp.ErrServerClosed) {
		return nil // a second Close
	}
	if served := <-m.served; served != nil && !errors.Is(served, net.ErrClosed) {
		err = errors.Join(err, served)
	}
	return err
}
