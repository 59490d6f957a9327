package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Structured is an envelope in the JSON form of CloudEvents, for a transport with one body and no headers. A test checks
// that its names are those of the attributes.
type Structured struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Source          string          `json:"source"`
	Type            Type            `json:"type"`
	Subject         string          `json:"subject"`
	Time            string          `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	DataSchema      string          `json:"dataschema"`
	TraceParent     string          `json:"traceparent,omitempty"`
	Data            json.RawMessage `json:"data"`
}

// Structured returns the envelope in that form.
func (env Envelope) Structured() Structured {
	return Structured{
		SpecVersion: specVersion, ID: env.ID, Source: env.Source, Type: env.Type, Subject: strconv.FormatInt(env.OrderID, 10),
		Time: env.Time.UTC().Format(time.RFC3339Nano), DataContentType: "application/json", DataSchema: SchemaURI(env.Type),
		TraceParent: env.TraceParent, Data: env.Data,
	}
}

// Envelope reads the envelope. The payload and the time may be missing: a process with the journal reads both there.
func (s Structured) Envelope() (Envelope, error) {
	order, err := strconv.ParseInt(s.Subject, 10, 64)
	if err != nil || s.ID == "" {
		return Envelope{}, fmt.Errorf("event: CloudEvents attribute \"id\" is missing, or \"subject\" is not an order number")
	}
	var at time.Time
	if s.Time != "" {
		if at, err = time.Parse(time.RFC3339Nano, s.Time); err != nil {
			return Envelope{}, fmt.Errorf("event: CloudEvents attribute \"time\": %w", err)
		}
	}
	data := s.Data
	if bytes.Equal(data, []byte("null")) {
		data = nil
	}
	return Envelope{ID: s.ID, Source: s.Source, Type: s.Type, OrderID: order, Time: at.UTC(), TraceParent: s.TraceParent, Data: data}, nil
}
