package mailaddr_test

import (
	"strings"
	"testing"

	"acme.example/webshop/platform/mailaddr"
)

func TestAddressesAsServersAreToldThem(t *testing.T) {
	for text, want := range map[string]struct {
		told string
		utf8 bool
	}{
		"ana@example.com":                           {"ana@example.com", false},
		"Ana.B+x@Example.COM":                       {"Ana.B+x@Example.COM", false},
		"ana@bücher.example":                        {"ana@xn--bcher-kva.example", false},
		"ana@BÜCHER.example":                        {"ana@xn--bcher-kva.example", false},
		"ana@xn--bcher-kva.example":                 {"ana@xn--bcher-kva.example", false},
		"ana@bu\u0308cher.example":                  {"ana@xn--bcher-kva.example", false}, // ü as two characters
		"ana@例え.テスト":                                {"ana@xn--r8jz45g.xn--zckzah", false},
		"josé@example.com":                          {"josé@example.com", true},
		"josé@bücher.example":                       {"josé@xn--bcher-kva.example", true},
		"user@localhost":                            {"user@localhost", false},
		"o'brien@mail_1.example.com":                {"o'brien@mail_1.example.com", false},
		"x@" + strings.Repeat("a", 60) + ".example": {"x@" + strings.Repeat("a", 60) + ".example", false},
	} {
		a, err := mailaddr.Parse(text)
		if err != nil || a.String() != want.told || a.NeedsUTF8() != want.utf8 {
			t.Errorf("%q: %q, needs UTF-8 %t, %v; want %q, %t", text, a, a.NeedsUTF8(), err, want.told, want.utf8)
		}
	}
}

func TestWhatIsNoAddress(t *testing.T) {
	for _, text := range []string{
		"", "ana", "ana@", "@example.com", "Ana <ana@example.com>", "ana@example.com, bo@example.com", "ana@[127.0.0.1]", `"a b"@example.com`,
		"ana@bü cher.example", "ana@-bücher-.example", "ana@\u202ebücher.example", "ana@ü..example", "ana@xn--ü.example",
		"ana@" + strings.Repeat("ü", 64) + ".example", "ana@" + strings.Repeat("ü.", 120) + "example", "ana@example.com\r\nBcc: x@example.com",
		strings.Repeat("a", 250) + "@example.com", "ana\xff@example.com",
	} {
		if a, err := mailaddr.Parse(text); err == nil {
			t.Errorf("%q is taken as %q", text, a)
		}
	}
}

func TestOneMailboxIsOneCustomer(t *testing.T) {
	for want, ways := range map[string][]string{
		"ana@example.com":           {"ana@example.com", " Ana@EXAMPLE.com ", "ana+1@example.com", "ana+a+b@example.com", "ana+@example.com", "ａna@example.com", "ana@example.com."},
		"ana.b@example.com":         {"Ana.B@example.com", "ana.b+x@example.com"},
		"anab@gmail.com":            {"ana.b@gmail.com", "a.n.a.b@googlemail.com", "AnaB+news@GMail.com"},
		"ana@xn--bcher-kva.example": {"ana@bücher.example", "ana@BÜCHER.example", "ana@bu\u0308cher.example", "ana@xn--bcher-kva.example", "ana@XN--BCHER-KVA.example"},
		"josé@example.com":          {"josé@example.com", "JOSÉ@example.com", "jose\u0301+1@example.com"},
		"+1@example.com":            {"+1@example.com"},
		"phone":                     {"phone", " Phone"},
	} {
		for _, way := range ways {
			if got := mailaddr.Canonical(way); got != want {
				t.Errorf("%q: %q, want %q", way, got, want)
			}
		}
	}
}
