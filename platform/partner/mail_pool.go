package partner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/puddle/v2"
	gomail "github.com/wneessen/go-mail"

	"acme.example/webshop/platform/fault"
)

// placeWait bounds the wait for one of the connections. With a mail's own time it is as long as a handler may take.
const placeWait = 5 * time.Second

// A mail server counts as away when half of ten or more mails in a minute failed; then it is tried again every ten seconds.
// That is slower than for other partners: a mail can wait, and a server that hangs does so for ten seconds. What it answers
// about one mail does not count (ofServer).
const mailWindow, mailAgain = time.Minute, 10 * time.Second

// maxIdle is how long a connection may wait for its next mail. Mail servers hang up on those that wait for minutes.
const maxIdle = 30 * time.Second

// smtpPool bounds the connections to one mail server, and keeps them for the next mails. Those used last are used first,
// so that few stay open when few are needed.
type smtpPool struct {
	host    string
	connect Dial
	options []gomail.Option
	timeout time.Duration
	health  *Health
	guard   *guard
	links   *puddle.Pool[*smtpLink] // which connect when they are used: the breaker is asked in between

	mu    sync.Mutex
	asked bool // whether the server was ever reached
	utf8  bool // whether it takes addresses with other letters than ASCII before the @, as it last said
}

func newSMTPPool(name string, s SMTP, c MailConfig) (*smtpPool, error) {
	options, err := smtpOptions(s, c.Timeout)
	if err != nil {
		return nil, err
	}
	if _, err := gomail.NewClient(s.Host, options...); err != nil {
		return nil, err
	}
	p := &smtpPool{host: s.Host, connect: c.Dial, options: options, timeout: c.Timeout, health: newHealth(name), guard: newGuard(mailWindow, mailAgain)}
	p.health.shut = func() bool { return !p.guard.breaker.IsClosed() }
	p.links, err = puddle.NewPool(&puddle.Config[*smtpLink]{
		Constructor: func(context.Context) (*smtpLink, error) { return &smtpLink{}, nil },
		Destructor:  (*smtpLink).drop,
		MaxSize:     int32(c.Connections),
	})
	return p, err
}

// enter waits until the server can be called. The link is the caller's until leave, which is told what became of the call.
// While the server is known to be away, it cannot be called.
func (p *smtpPool) enter(ctx context.Context) (link *smtpLink, leave func(error), err error) {
	if p.guard.away() {
		return nil, nil, mailFault(errAway)
	}
	held, err := p.acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	turn, permitted := p.guard.permit()
	if !permitted {
		held.ReleaseUnused()
		return nil, nil, mailFault(errAway)
	}
	return held.Value(), func(err error) {
		release(held)
		p.guard.record(turn, ofServer(err))
	}, nil
}

// acquire waits for a link, for a bounded time. One that has waited too long is dropped, and so are the others, which have
// waited even longer.
func (p *smtpPool) acquire(ctx context.Context) (*puddle.Resource[*smtpLink], error) {
	ctx, cancel := context.WithTimeout(ctx, placeWait)
	defer cancel()
	held, err := p.links.Acquire(ctx)
	if errors.Is(err, puddle.ErrClosedPool) {
		return nil, mailFault(errMailClosed)
	}
	if err != nil {
		return nil, fault.Wrap(fmt.Errorf("%w: all %d connections are in use", fault.ErrNotBegun, p.links.Stat().MaxResources()), fault.Unavailable,
			"very many mails are being sent")
	}
	if held.IdleDuration() >= maxIdle {
		held.Value().drop()
		for _, older := range p.links.AcquireAllIdle() {
			older.Destroy()
		}
	}
	return held, nil
}

// release keeps a connection for the next mail, if it is open.
func release(held *puddle.Resource[*smtpLink]) {
	if held.Value().open() {
		held.Release()
	} else {
		held.Destroy()
	}
}

// takesUTF8 reports what the server said last of SMTPUTF8. When it has never been reached, it is asked.
func (p *smtpPool) takesUTF8(ctx context.Context) (bool, error) {
	if takes, asked := p.said(); asked {
		return takes, nil
	}
	link, leave, err := p.enter(ctx)
	if err != nil {
		return false, err
	}
	if !link.open() {
		err = p.dial(ctx, link)
	}
	leave(err)
	takes, _ := p.said()
	return takes, err
}

func (p *smtpPool) said() (utf8, asked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.utf8, p.asked
}

// send sends a mail over a link, which connects if it is not open. A kept connection that turns out to be broken before the
// server knows of the mail is replaced; after that, sending again could send twice.
func (p *smtpPool) send(ctx context.Context, link *smtpLink, msg *draft) error {
	if link.open() {
		if err := link.send(ctx, msg, p.timeout); !wasDead(err) {
			return err
		}
	}
	if err := p.dial(ctx, link); err != nil {
		return err
	}
	return link.send(ctx, msg, p.timeout)
}

// close waits for the mails that are being sent.
func (p *smtpPool) close() { p.links.Close() }
