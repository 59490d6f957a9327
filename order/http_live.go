package order

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

const (
	// maxStreams bounds the live answers of one process; each reads its order once a second.
	maxStreams = 500
	lookEvery  = time.Second
	// beatEvery is how often a silent stream shows that it lives, so that no proxy closes it.
	beatEvery = 15 * time.Second
	// longestStream is when a stream ends and the page connects anew.
	longestStream = 10 * time.Minute
	writeTimeout  = 10 * time.Second
)

// eventStream describes the answer; each API gets its own, since it adds to it.
func eventStream() map[string]*huma.Response {
	return map[string]*huma.Response{"200": {
		Description: "A stream of events whose data is the answer of /trackOrder",
		Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
}

func (s *Service) getTrackOrderLive(ctx context.Context, in *trackOrderInput) (*huma.StreamResponse, error) {
	_, k, err := s.openedPage(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	if s.streams.Add(1) > maxStreams {
		s.streams.Add(-1)
		busy := fault.New(fault.Unavailable, "too many pages are watching; ask again in a while")
		busy.RetryAfter = beatEvery
		return nil, busy
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer s.streams.Add(-1)
		c.SetHeader("Content-Type", "text/event-stream")
		c.SetHeader("Cache-Control", "no-store")
		if w, ok := c.BodyWriter().(http.ResponseWriter); ok {
			s.follow(c.Context(), &stream{w, http.NewResponseController(w)}, k)
		}
	}}, nil
}

// follow sends where the order is at once and after each change, until the order is settled, the reader has gone, or
// the shop stops.
func (s *Service) follow(ctx context.Context, to *stream, k ref.Opened) {
	ctx, cancel := context.WithTimeout(ctx, longestStream)
	defer cancel()
	look, beat := time.NewTicker(lookEvery), time.NewTicker(beatEvery)
	defer look.Stop()
	defer beat.Stop()
	var last tracked
	for err := to.open(); err == nil; {
		seen, trackErr := s.watched(ctx, k)
		if fault.CodeOf(trackErr) == fault.LinkReplaced {
			return // the page asks again, and is told
		}
		if trackErr == nil && changed(last, seen) {
			last, err = seen, to.event(seen)
		}
		if last.Settled {
			return
		}
		select {
		case <-look.C:
		case <-beat.C:
			err = to.write(": still here\n\n")
		case <-s.Stopping:
			return
		case <-ctx.Done():
			return
		}
	}
}

// watched tells the holder of a key where the order is now.
func (s *Service) watched(ctx context.Context, k ref.Opened) (tracked, error) {
	o, err := s.held(ctx, k)
	if err != nil {
		return tracked{}, err
	}
	return s.tell(ctx, o, k.Shared)
}

// changed leaves out the delivery link, which is signed anew each hour.
func changed(a, b tracked) bool {
	a.DeliveryURL, b.DeliveryURL = "", ""
	return !reflect.DeepEqual(a, b)
}

// stream writes server-sent events (HTML standard, section 9.2).
type stream struct {
	to      http.ResponseWriter
	control *http.ResponseController
}

// open frees the connection from the server's limits for a short answer, and says when to connect anew.
func (s *stream) open() error {
	if err := s.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	return s.write("retry: 3000\n\n")
}

func (s *stream) event(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.write(fmt.Sprintf("data: %s\n\n", data))
}

func (s *stream) write(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := s.to.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
