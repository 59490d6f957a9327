package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// pullFor is how long a request for messages stays open, and pullBeat how often the bus says meanwhile that it is
	// there. When it is silent for pullSilence, it is asked anew. While a request is open, the bus gives it messages also
	// when the network to it is cut, which another copy gets only after ackWait: so it is not open for long.
	pullFor     = 5 * time.Second
	pullBeat    = time.Second
	pullSilence = 3 * pullBeat
	// pullAgain is the wait after a request that ended before its time: the consumer may be moving to another server.
	pullAgain = 250 * time.Millisecond
	// fewest is for how many messages there must be room before the bus is asked for more: at full load, each would cost a
	// request of its own. When nothing moves for pullSilence, any room is enough.
	fewest = workers / 8
)

// intake takes messages of one consumer, and only those that can be begun with at once: what waits, waits on the bus,
// where any copy of the subscriber can take it. (The library's Consume takes messages in stock instead, whose time runs
// out when those before them are slow.) The requests are those of JetStream's pull consumers, ADR-37.
type intake struct {
	conn    *nats.Conn
	subject string // where messages are asked for
	log     *slog.Logger
	begin   func(*nats.Msg)
	next    chan *nats.Msg // for workers that have nothing to do
	over    chan struct{}  // closed when the intake is
	able    func() bool    // whether messages can be worked on now

	mu     sync.Mutex
	sub    *nats.Subscription
	asked  int // messages that were asked for and have not come
	busy   int // messages in work
	closed bool
	idle   chan struct{} // closed when the intake is and nothing is in work
	silent *time.Timer   // asks anew when the bus is silent
	waits  bool          // whether a request failed, so that the next one waits for the timer
	ill    bool          // whether that was told, and no request has been answered since
}

func newIntake(conn *nats.Conn, consumer string, able func() bool, log *slog.Logger) *intake {
	return &intake{
		conn: conn, subject: "$JS.API.CONSUMER.MSG.NEXT." + streamName + "." + consumer, able: able, log: log,
		next: make(chan *nats.Msg), over: make(chan struct{}), idle: make(chan struct{}),
	}
}

// open begins to take messages; begin is called for each, at most for so many at once as there are workers.
func (in *intake) open(begin func(*nats.Msg)) (err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.begin = begin
	in.silent = time.AfterFunc(pullSilence, in.askAnew)
	if in.sub, err = in.conn.Subscribe(in.conn.NewInbox(), in.got); err == nil {
		in.ask()
	}
	return err
}

// got takes what the bus sends: a message, or word of a request.
func (in *intake) got(msg *nats.Msg) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if status := msg.Header.Get("Status"); status != "" && len(msg.Data) == 0 {
		in.told(status, msg)
		in.ask()
		return
	}
	in.silent.Reset(pullSilence)
	in.asked, in.ill = max(in.asked-1, 0), false
	if in.closed || in.busy == workers || !in.able() {
		_ = msg.Nak() // for another copy, at once; if it is not heard, when its time is over
		return
	}
	in.busy++
	select {
	case in.next <- msg: // to one who has nothing to do
	default:
		go in.worker(msg)
	}
	in.ask()
}

// told takes word of a request: a sign of life, or that it has ended. The caller holds the lock.
func (in *intake) told(status string, msg *nats.Msg) {
	if status == "100" {
		in.ill = false
		in.silent.Reset(pullSilence)
		return
	}
	left, err := strconv.Atoi(msg.Header.Get("Nats-Pending-Messages"))
	if err != nil { // it does not say how much of it was left: all of them count as ended
		left = in.asked
	}
	in.asked = max(in.asked-left, 0)
	if status != "408" { // its time was over, as it should
		in.failed(errors.New(status + " " + msg.Header.Get("Description")))
	}
}

// failed makes the next request wait. The caller holds the lock.
func (in *intake) failed(err error) {
	if in.closed {
		return
	}
	if !in.ill {
		in.log.Warn("bus: asking for events failed; asking again", "consumer", in.subject, "error", err)
	}
	in.waits, in.ill = true, true
	in.silent.Reset(pullAgain)
}

// worker works on a message, and then on others, until the intake is closed: a new goroutine for each would have to grow its
// stack each time.
func (in *intake) worker(msg *nats.Msg) {
	for {
		in.work(msg)
		select {
		case msg = <-in.next:
		case <-in.over:
			return
		}
	}
}

func (in *intake) work(msg *nats.Msg) {
	defer func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.busy--
		in.ask()
	}()
	in.begin(msg)
}

// ask asks for as many messages as there is room for, when that is many, or enough and nothing is asked for. The caller
// holds the lock.
func (in *intake) ask() {
	least := fewest
	if in.asked > 0 {
		least = workers / 2
	}
	in.askFor(least)
}

// askFor asks for as many messages as there is room for, if it is for so many. The caller holds the lock.
func (in *intake) askFor(least int) {
	room := workers - in.busy - in.asked
	if in.closed {
		in.rest()
		return
	}
	if room < least || in.waits || !in.able() {
		return
	}
	body, err := json.Marshal(map[string]any{"batch": room, "expires": pullFor, "idle_heartbeat": pullBeat})
	if err == nil {
		err = in.conn.PublishRequest(in.subject, in.sub.Subject, body)
	}
	if err != nil {
		in.failed(err)
		return
	}
	in.asked += room
}

// askAnew is called when the bus is silent: what was asked for may never come.
func (in *intake) askAnew() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.closed {
		return
	}
	in.silent.Reset(pullSilence)
	if in.conn.IsConnected() { // else the requests would gather in the connection's buffer
		in.asked, in.waits = 0, false
		in.askFor(1)
	}
}

// close takes no more messages, and returns when none is in work any more, or the context has ended.
func (in *intake) close(ctx context.Context) error {
	in.mu.Lock()
	if !in.closed {
		in.closed = true
		close(in.over)
		in.silent.Stop()
		_ = in.sub.Unsubscribe() // fails when the connection is gone, and the subscription with it
	}
	in.rest()
	in.mu.Unlock()
	select {
	case <-in.idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("bus: events still in work: %w", ctx.Err())
	}
}

// rest tells that a closed intake has nothing in work. The caller holds the lock.
func (in *intake) rest() {
	select {
	case <-in.idle:
	default:
		if in.closed && in.busy == 0 {
			close(in.idle)
		}
	}
}
