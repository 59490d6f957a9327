package mailbox

import (
	"bytes"
	"slices"
	"testing"
)

// FuzzMail: any input can be listed and shown; its source stays unchanged, and each link is listed once.
func FuzzMail(f *testing.F) {
	for _, raw := range []string{hostile, simple("a", "=?utf-8?b?w6k=?="), "", "no mail", "Subject: =?x?q?\n\n", "Content-Type: multipart/mixed; boundary=\n\n--\n"} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		source := bytes.Clone(raw)
		readHeaders(raw)
		m := Mail{Raw: raw}
		m.read()
		if !bytes.Equal(source, m.Raw) {
			t.Errorf("%q became %q", source, m.Raw)
		}
		if m.HTML != "" {
			links := slices.Clone(m.Links)
			slices.Sort(links)
			if len(slices.Compact(links)) != len(m.Links) {
				t.Errorf("links %q", m.Links)
			}
		}
	})
}
