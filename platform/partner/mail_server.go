package partner

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"strconv"

	gomail "github.com/wneessen/go-mail"
)

// The TLS policies of a mail server: whether the connection is upgraded with STARTTLS.
const (
	TLSNone          = "none"          // never: for a server on this machine
	TLSOpportunistic = "opportunistic" // if the server offers it
	TLSMandatory     = "mandatory"     // always; a server without it gets no mail
)

var tlsPolicies = map[string]gomail.TLSPolicy{
	TLSNone: gomail.NoTLS, TLSOpportunistic: gomail.TLSOpportunistic, TLSMandatory: gomail.TLSMandatory,
}

// SMTP is the access to a mail server. The zero SMTP is no server.
type SMTP struct {
	Host     string
	Port     int
	TLS      string         // a TLS policy; "" means TLSMandatory
	Username string         // "": no authentication. Without TLS, only methods that do not reveal the password are used
	Password string         `json:"-"`
	RootCAs  *x509.CertPool // the authorities trusted for its certificate; nil: the system's
}

// String returns the server's address, without the secrets that %v would show.
func (s SMTP) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// GoString keeps the secrets out of %#v too.
func (s SMTP) GoString() string { return "partner.SMTP(" + s.String() + ")" }

// PlainSMTP returns a mail server at host:port without TLS and password, as the built-in receiver is.
func PlainSMTP(address string) (SMTP, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return SMTP{}, fmt.Errorf("mail server %q: %w", address, err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return SMTP{}, fmt.Errorf("mail server %q: the port is not a number", address)
	}
	return SMTP{Host: host, Port: number, TLS: TLSNone}, nil
}

// Dial opens a connection to a mail server.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

func byTCP(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, address)
}
