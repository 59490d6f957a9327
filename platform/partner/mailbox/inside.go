package mailbox

import (
	"context"
	"net"
	"sync"
)

// inside is a listener for senders in the same process: SMTP without network calls.
type inside struct {
	dialled chan net.Conn
	over    chan struct{}
	close   func()
}

func newInside() *inside {
	l := &inside{dialled: make(chan net.Conn), over: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.over) })
	return l
}

// Dial connects to the receiver within the process, whatever the address.
func (m *Mailbox) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case m.inside.dialled <- there:
		return here, nil
	case <-m.inside.over:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept returns the next connection.
func (l *inside) Accept() (net.Conn, error) {
	select {
	case conn := <-l.dialled:
		return conn, nil
	case <-l.over:
		return nil, net.ErrClosed
	}
}

// Close ends the listener.
func (l *inside) Close() error {
	l.close()
	return nil
}

// Addr returns a placeholder, since there is no network address.
func (l *inside) Addr() net.Addr { return &net.UnixAddr{Name: "inside", Net: "pipe"} }
