// Package mailaddr defines mail addresses, and their form for mail servers.
//
// The domain of an address may have letters of any script, as people type it; servers get its ASCII form (IDNA, RFC
// 5891), which all accept. The part before the @ has no such form: an address with non-ASCII letters there needs a server
// with SMTPUTF8 (RFC 6531).
package mailaddr

import (
	"errors"
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// maxLength is the maximum length of an address in bytes (RFC 5321, 4.5.3.1.3, without the angle brackets).
const maxLength = 254

// Address is a mail address in the form for servers.
type Address struct {
	Local  string // before the @
	Domain string // in ASCII
}

// errNone is the only error of Parse: there is no more to say about an invalid address.
var errNone = errors.New("not a mail address such as someone@example.com")

// Parse parses a bare address, without a name or anything else.
func Parse(text string) (Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text {
		return Address{}, errNone
	}
	at := strings.LastIndex(text, "@")
	domain, err := toASCII(text[at+1:])
	if err != nil || domain == "" || strings.ContainsAny(domain, "[]") || at+1+len(domain) > maxLength {
		return Address{}, errNone
	}
	return Address{Local: text[:at], Domain: domain}, nil
}

// profile is idna.Lookup with DNS's limits on the lengths of labels.
var profile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// toASCII leaves an ASCII domain unchanged.
func toASCII(domain string) (string, error) {
	if isASCII(domain) {
		return domain, nil
	}
	return profile.ToASCII(domain)
}

// Canonical returns one form for all ways to write the address of one mailbox, for limits only: no mail is sent to it. It
// ignores case, the form of the domain, what follows a +, and dots where they are known not to matter. Some servers
// distinguish such addresses; for a limit it suffices that hardly any two customers share one. An invalid address is only
// folded.
func Canonical(text string) string {
	folded := strings.TrimSuffix(strings.ToLower(norm.NFKC.String(strings.TrimSpace(text))), ".")
	a, err := Parse(folded)
	if err != nil {
		return folded
	}
	local, _, _ := strings.Cut(a.Local, "+")
	domain := a.Domain
	if dotless[domain] {
		local, domain = strings.ReplaceAll(local, ".", ""), "gmail.com"
	}
	if local == "" {
		local = a.Local // "+1@example.com" is a mailbox of its own
	}
	return local + "@" + domain
}

// dotless are the domains of the one service known to ignore dots.
var dotless = map[string]bool{"gmail.com": true, "googlemail.com": true}

// String returns the address in the form for servers.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// NeedsUTF8 reports whether the address needs a server with SMTPUTF8.
func (a Address) NeedsUTF8() bool { return !isASCII(a.Local) }

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
