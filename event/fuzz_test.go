package event

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzOpen: any payload that Open accepts is valid against its schema.
func FuzzOpen(f *testing.F) {
	for _, typ := range Types {
		f.Add(string(typ), []byte(wrapped(f, examples[typ]).Data))
	}
	f.Fuzz(func(t *testing.T, typ string, data []byte) {
		e, err := Open[OrderCreated](Envelope{Type: Type(typ), Data: data})
		if err == nil && e.OrderID < 1 {
			t.Errorf("%q was opened as %+v", data, e)
		}
	})
}

// FuzzParse: a parsed envelope can be written and parsed again unchanged.
func FuzzParse(f *testing.F) {
	for _, typ := range Types {
		h := wrapped(f, examples[typ]).Headers()
		f.Add(h["ce-id"], h["ce-source"], h["ce-type"], h["ce-subject"], h["ce-time"], "%F0%9F%8C%B5", []byte(`{}`))
	}
	f.Fuzz(func(t *testing.T, id, source, typ, subject, at, trace string, data []byte) {
		given := map[string]string{
			"ce-specversion": "1.0", "ce-id": id, "ce-source": source, "ce-type": typ, "ce-subject": subject, "ce-time": at, "ce-traceparent": trace,
		}
		env, err := Parse(func(name string) string { return given[name] }, data)
		if err != nil || env.Time.Year() < 1 || env.Time.Year() > 9999 { // RFC 3339 has no other years
			return
		}
		headers := env.Headers()
		again, err := Parse(func(name string) string { return headers[name] }, data)
		if diff := cmp.Diff(env, again, cmp.Comparer(time.Time.Equal)); err != nil || diff != "" {
			t.Errorf("%v: %s", err, diff)
		}
	})
}
