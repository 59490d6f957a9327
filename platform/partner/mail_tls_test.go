package partner_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

const password = "correct-horse"

// guarded accepts mail only with the password.
type guarded struct{ picky }

func (guarded) AuthMechanisms() []string { return []string{sasl.Plain} }
func (guarded) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, given string) error {
		if user != "shop" || given != password {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

// guardedServer requires a password, under TLS if it has a certificate. It returns the authority to trust.
func guardedServer(t *testing.T, withTLS bool) (partner.SMTP, *x509.CertPool) {
	t.Helper()
	l, _ := listen(t, "127.0.0.1:0")
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return guarded{}, nil }))
	s.AllowInsecureAuth = true
	roots := x509.NewCertPool()
	if withTLS {
		certified := httptest.NewTLSServer(nil)
		certified.Close()
		s.TLSConfig = &tls.Config{Certificates: certified.TLS.Certificates}
		roots.AddCert(certified.Certificate())
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return plainSMTP(t, l.Addr().String()), roots
}

func TestTLSAndPassword(t *testing.T) {
	for _, c := range []struct {
		name, policy, password string
		offersTLS, trusted     bool
		want                   fault.Code
	}{
		{"mandatory", partner.TLSMandatory, password, true, true, ""},
		{"mandatory by default", "", password, true, true, ""},
		{"opportunistic", partner.TLSOpportunistic, password, true, true, ""},
		{"mandatory, not offered", partner.TLSMandatory, password, false, false, fault.Unavailable},
		{"unknown certificate", partner.TLSMandatory, password, true, false, fault.Unavailable},
		{"wrong password", partner.TLSMandatory, "wrong", true, true, fault.Unavailable},
		{"password in the clear", partner.TLSNone, password, false, false, fault.Unavailable},
		{"password in the clear, TLS not offered", partner.TLSOpportunistic, password, false, false, fault.Unavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, roots := guardedServer(t, c.offersTLS)
			server.TLS, server.Username, server.Password = c.policy, "shop", c.password
			if c.trusted {
				server.RootCAs = roots
			}
			m := mailer(t, mustReceive(t), func(mc *partner.MailConfig) { mc.Live = server })
			l := letter("a")
			l.To = "good@example.com"
			for range 2 {
				err := m.Send(t.Context(), l)
				wantCode(t, c.name, err, c.want)
				if err != nil && strings.Contains(err.Error(), c.password) {
					t.Errorf("the error tells the password: %v", err)
				}
			}
		})
	}
}

func TestThePasswordIsNotPrinted(t *testing.T) {
	c := partner.MailConfig{Live: partner.SMTP{Host: "mail.example", Port: 587, Username: "shop", Password: password}}
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprint(c), fmt.Sprintf("%+v", c), fmt.Sprintf("%#v", c), fmt.Sprintf("%v", &c.Live), c.Live.String(), string(asJSON),
	} {
		if strings.Contains(text, password) {
			t.Errorf("a print shows the password: %s", text)
		}
	}
}
