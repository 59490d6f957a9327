package limit

import (
	"net/netip"
	"testing"
)

// FuzzClient: whatever a client writes into the header, it gets its own limit, as long as a proxy adds what it saw.
func FuzzClient(f *testing.F) {
	for _, said := range []string{"", "127.0.0.1", "::1, 10.0.0.1", "1.2.3.4:5, [2001:db8::1]:80", "unknown, ,,", "for=1.2.3.4", "fe80::1%eth0", "10.9.9.9"} {
		f.Add(said)
	}
	proxies := Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	own := netip.MustParsePrefix("203.0.113.7/32")
	f.Fuzz(func(t *testing.T, said string) {
		if client, limited := proxies.Client(from("203.0.113.7:1", said)); !limited || client != own {
			t.Errorf("%q from the client: %v, %v", said, client, limited)
		}
		for _, proxy := range []string{"10.0.0.1:1", "127.0.0.1:1"} {
			if client, limited := proxies.Client(from(proxy, said+", 203.0.113.7")); !limited || client != own {
				t.Errorf("%q passed on by %s: %v, %v", said, proxy, client, limited)
			}
			client, limited := proxies.Client(from(proxy, said))
			if !limited || client.IsValid() && client != client.Masked() {
				t.Errorf("%q said by %s: %v, %v", said, proxy, client, limited)
			}
		}
	})
}
