package partner_test

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"testing"

	"acme.example/webshop/platform/partner"
)

// heard keeps what a server receives.
type heard struct {
	net.Conn
	mu  *sync.Mutex
	all *bytes.Buffer
}

func (h heard) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all.Write(p[:n])
	return n, err
}

// TestABodyIsQuotedWhereItMustBe: for servers without 8BITMIME, and for lines that are too long or have characters that a
// mail cannot have.
func TestABodyIsQuotedWhereItMustBe(t *testing.T) {
	for _, c := range []struct{ name, hello, text, want string }{
		{"a usual one", "250-script\r\n250 8BITMIME", "¡Gracias!\n.\nTwo × three.", "8bit"},
		{"an old server", "250 script", "¡Gracias!", "quoted-printable"},
		{"a long line", "250-script\r\n250 8BITMIME", strings.Repeat("é", 800), "quoted-printable"},
		{"a byte of no text", "250-script\r\n250 8BITMIME", "a\x00b", "quoted-printable"},
		{"no UTF-8", "250-script\r\n250 8BITMIME", "a\xffb", "quoted-printable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var mu sync.Mutex
			var all bytes.Buffer
			server := tcpServer(t, func(conn net.Conn) { script(map[string]string{"EHLO": c.hello})(heard{conn, &mu, &all}) })
			m := mailer(t, mustReceive(t), func(mc *partner.MailConfig) { mc.Live = server })
			l := letter("a")
			l.Text = c.text
			if err := m.Send(t.Context(), l); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			defer mu.Unlock()
			if n := strings.Count(all.String(), "Content-Transfer-Encoding: "+c.want+"\r\n"); n != 2 {
				t.Errorf("%d parts are sent %s:\n%s", n, c.want, all.String())
			}
		})
	}
}
