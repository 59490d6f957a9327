package console

import (
	"fmt"
	"net/http"
	"time"

	"acme.example/webshop/platform/fault"
)

const (
	// maxStreams bounds the consoles connected to one process.
	maxStreams = 100
	// longestStream is when a stream ends and the page reconnects.
	longestStream = 10 * time.Minute
	writeTimeout  = 10 * time.Second
)

// live sends the state of the shop each second. Each event is complete, so that a slow or reconnected client has missed
// nothing once it gets the next one.
func (c *Console) live(w http.ResponseWriter, r *http.Request) {
	defer c.streams.Add(-1)
	if c.streams.Add(1) > maxStreams {
		busy := fault.New(fault.Unavailable, "too many consoles are open; close one, or ask again in a while")
		busy.RetryAfter = sampleEvery
		fault.Write(w, busy)
		return
	}
	control := http.NewResponseController(w)
	if err := control.SetReadDeadline(time.Time{}); err != nil {
		fault.Write(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	end := time.NewTimer(longestStream)
	defer end.Stop()
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for send := c.sender(w, control, r); send() == nil; {
		select {
		case <-tick.C:
		case <-end.C:
			return
		case <-c.Stopping:
			return
		case <-r.Context().Done():
			return
		}
	}
}

// sender returns a function that sends the next event. A client that reads nothing for a while is disconnected.
func (c *Console) sender(w http.ResponseWriter, control *http.ResponseController, r *http.Request) func() error {
	return func() error {
		text, at := c.look(r.Context())
		if err := control.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "id: %d\nretry: 1000\ndata: %s\n\n", at.UnixMilli(), text); err != nil {
			return err
		}
		return control.Flush()
	}
}
