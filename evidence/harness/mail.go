package harness

import (
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/mail"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// mailServer receives the shop's mails. It outlives the shop, and records what customers were told.
type mailServer struct {
	listener net.Listener
	server   *smtp.Server

	mu    sync.Mutex
	calm  bool
	rng   *rand.Rand
	taken map[string]map[string]int // by recipient and Message-ID: how often it came
}

func newMailServer(seed uint64) (*mailServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &mailServer{listener: listener, rng: rand.New(rand.NewPCG(seed, 2)), taken: map[string]map[string]int{}}
	m.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &talk{server: m, conn: c}, nil }))
	m.server.Domain, m.server.EnableSMTPUTF8 = "localhost", true
	m.server.ReadTimeout, m.server.WriteTimeout = time.Minute, 10*time.Second
	m.server.ErrorLog = quiet{}
	go func() { _ = m.server.Serve(listener) }() // ends with close
	return m, nil
}

func (m *mailServer) addr() string { return m.listener.Addr().String() }

func (m *mailServer) close() error {
	if m == nil {
		return nil
	}
	return m.server.Close()
}

// beCalm ends the server's random behaviour: from now on it accepts and confirms each mail.
func (m *mailServer) beCalm() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calm = true
}

// mood is what happens to a mail: refused for now (1 in 20), accepted without an answer (1 in 50), or accepted.
func (m *mailServer) mood() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.calm {
		return taken
	}
	switch n := m.rng.IntN(100); {
	case n < 5:
		return refused
	case n < 7:
		return silent
	}
	return taken
}

const (
	taken = iota
	refused
	silent
)

func (m *mailServer) keep(to []string, id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, recipient := range to {
		if m.taken[recipient] == nil {
			m.taken[recipient] = map[string]int{}
		}
		m.taken[recipient][id]++
	}
}

// talk is a session with one client.
type talk struct {
	server *mailServer
	conn   *smtp.Conn
	to     []string
}

func (t *talk) Mail(string, *smtp.MailOptions) error { t.to = nil; return nil }

func (t *talk) Rcpt(to string, _ *smtp.RcptOptions) error { t.to = append(t.to, to); return nil }

var errLater = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}

// Data accepts a mail, refuses it, or accepts it and breaks the connection before the answer.
func (t *talk) Data(r io.Reader) error {
	message, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, message.Body); err != nil {
		return err
	}
	mood := t.server.mood()
	if mood == refused {
		return errLater
	}
	id, _, _ := strings.Cut(strings.Trim(message.Header.Get("Message-Id"), " <>"), "@")
	t.server.keep(t.to, id)
	if mood == silent {
		return errors.Join(errLater, t.conn.Conn().Close())
	}
	return nil
}

func (t *talk) Reset() { t.to = nil }

func (t *talk) Logout() error { return nil }

// quiet drops reports of broken connections, since the shop is killed all the time.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
