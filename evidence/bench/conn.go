package bench

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// answerWithin bounds one request.
const answerWithin = 30 * time.Second

// conn is one customer's persistent connection. It does not use net/http's client, so that the load costs little compared
// with what it measures.
type conn struct {
	address string
	net     net.Conn
	reader  *bufio.Reader
	request []byte
	body    bytes.Buffer
}

// answer is a request's result.
type answer struct {
	status int   // 0: no complete answer
	order  int64 // the order's number, if acknowledged
	later  bool  // there was a Retry-After
}

func (a answer) acknowledged() bool { return a.status == http.StatusOK && a.order > 0 }

// order sends the request in c.request, and reads the answer.
func (c *conn) order(ctx context.Context) answer {
	if err := c.dial(ctx); err != nil {
		return answer{}
	}
	a, err := c.exchange()
	if err != nil {
		c.close()
		return answer{}
	}
	return a
}

func (c *conn) dial(ctx context.Context) (err error) {
	if c.net != nil {
		return nil
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	if c.net, err = dialer.DialContext(ctx, "tcp", c.address); err != nil {
		c.net = nil
		return err
	}
	c.reader = bufio.NewReaderSize(c.net, 4<<10)
	return nil
}

func (c *conn) exchange() (a answer, err error) {
	if err = c.net.SetDeadline(time.Now().Add(answerWithin)); err != nil {
		return a, err
	}
	if _, err = c.net.Write(c.request); err != nil {
		return a, err
	}
	res, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return a, err
	}
	defer res.Body.Close()
	c.body.Reset()
	if _, err = io.Copy(&c.body, io.LimitReader(res.Body, 1<<20)); err != nil {
		return a, err
	}
	if res.Close {
		c.close()
	}
	return answer{res.StatusCode, orderIn(c.body.Bytes()), res.Header.Get("Retry-After") != ""}, nil
}

func (c *conn) close() {
	if c.net != nil {
		_ = c.net.Close() // an error does not matter
		c.net = nil
	}
}

// orderIn finds the order's number in an answer, or 0. Decoding the JSON would cost more than the request.
func orderIn(body []byte) int64 {
	_, rest, _ := bytes.Cut(body, []byte(`"orderId":`))
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	id, _ := strconv.ParseInt(string(rest[:digits]), 10, 64)
	return id
}
