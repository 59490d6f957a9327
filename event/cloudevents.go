package event

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// specVersion is the version of CloudEvents in use.
const specVersion = "1.0"

// Headers returns the CloudEvents attributes as message headers: the NATS binding's binary mode, each attribute under
// "ce-" and its name, percent-encoded.
func (env Envelope) Headers() map[string]string {
	headers := map[string]string{
		"ce-specversion":     specVersion,
		"ce-id":              env.ID,
		"ce-source":          env.Source,
		"ce-type":            string(env.Type),
		"ce-subject":         strconv.FormatInt(env.OrderID, 10),
		"ce-time":            env.Time.UTC().Format(time.RFC3339Nano),
		"ce-datacontenttype": "application/json",
		"ce-dataschema":      SchemaURI(env.Type),
	}
	if env.TraceParent != "" {
		headers["ce-traceparent"] = env.TraceParent
	}
	for name, value := range headers {
		headers[name] = encode(value)
	}
	return headers
}

// Parse reads an envelope from message headers and payload. The error names the missing or wrong attribute; unknown ones
// are ignored.
func Parse(header func(name string) string, data []byte) (Envelope, error) {
	var values [len(attributes)]string
	for i, name := range attributes {
		value, err := url.PathUnescape(header("ce-" + name))
		if err != nil || (value == "" && name != "traceparent") {
			return Envelope{}, fmt.Errorf("event: CloudEvents attribute %q is missing or not percent-encoded", name)
		}
		values[i] = value
	}
	version, id, source, kind, subject, when, trace := values[0], values[1], values[2], values[3], values[4], values[5], values[6]
	if version != specVersion {
		return Envelope{}, fmt.Errorf("event: CloudEvents version %q is not %s", version, specVersion)
	}
	order, err := strconv.ParseInt(subject, 10, 64)
	if err != nil {
		return Envelope{}, fmt.Errorf("event: CloudEvents attribute \"subject\" is not an order number: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, when)
	if err != nil {
		return Envelope{}, fmt.Errorf("event: CloudEvents attribute \"time\": %w", err)
	}
	return Envelope{
		ID: id, Source: source, Type: Type(kind), OrderID: order, Time: at.UTC(), TraceParent: trace, Data: data,
	}, nil
}

// attributes are the ones that Parse reads.
var attributes = [...]string{"specversion", "id", "source", "type", "subject", "time", "traceparent"}

// encode percent-encodes what CloudEvents requires in a header: space, double quote, percent, and all that is not
// printable ASCII.
func encode(value string) string {
	if !strings.ContainsFunc(value, encoded) {
		return value
	}
	var out strings.Builder
	for _, b := range []byte(value) {
		if encoded(rune(b)) {
			fmt.Fprintf(&out, "%%%02X", b)
			continue
		}
		out.WriteByte(b)
	}
	return out.String()
}

func encoded(r rune) bool { return r <= ' ' || r == '"' || r == '%' || r >= 0x7f }
