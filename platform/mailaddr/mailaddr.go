// Package mailaddr says what a mail address is, and how it is written for mail servers.
//
// The domain of an address may have letters of any script, as people type it; servers are told its ASCII form (IDNA,
// RFC 5891), which every server takes. What is before the @ has no such form: an address with other letters there is for
// servers that have SMTPUTF8 (RFC 6531) only.
package mailaddr

import (
	"errors"
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// maxLength is the most bytes of an address (RFC 5321, 4.5.3.1.3, without the angle brackets).
const maxLength = 254

// Address is a mail address as servers are told it.
type Address struct {
	Local  string // before the @
	Domain string // in ASCII
}

// errNone is the only error of Parse: there is no more to say of what is no address.
var errNone = errors.New("not a mail address such as someone@example.com")

// Parse reads a bare address, without a name or anything else around it.
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

// profile is what idna.Lookup is, and holds labels to the lengths of DNS.
var profile = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.VerifyDNSLength(true))

// toASCII leaves an ASCII domain as it was typed.
func toASCII(domain string) (string, error) {
	if isASCII(domain) {
		return domain, nil
	}
	return profile.ToASCII(domain)
}

// Canonical is one form for all ways to write the address of one mailbox, for limits and for nothing else: no mail is sent
// to it. Case, the form of the domain, and what follows a + do not count, nor do dots where they are known not to. Some
// servers tell such addresses apart; for a limit it is enough that hardly any two customers share one. A text that is no
// address is folded as it is.
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

// dotless are the names of the one service that is known to ignore dots.
var dotless = map[string]bool{"gmail.com": true, "googlemail.com": true}

// String is the address as servers are told it.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// NeedsUTF8 reports whether the address is for servers with SMTPUTF8 only.
func (a Address) NeedsUTF8() bool { return !isASCII(a.Local) }

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
