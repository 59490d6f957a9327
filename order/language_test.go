package order

import "testing"

func TestACustomerReadsWhatWasChosenElseWhatTheBrowserSays(t *testing.T) {
	s := &Service{Languages: []string{"en", "es"}}
	for _, c := range []struct{ chosen, accept, want string }{
		{"", "", ""}, {"es", "en", "es"}, {"fr", "es-MX,es;q=0.9", "es"}, {"", "fr, en;q=0.5, es;q=0.8", "es"}, {"", "fr", ""}, {"", "*", ""},
		{"", "es;q=0, en;q=0.1", "en"}, {"", "=;;", ""}, {"tlh", "", ""},
	} {
		if got := s.reads(Draft{Language: c.chosen, Accept: c.accept}); got != c.want {
			t.Errorf("chosen %q, Accept-Language %q: %q, want %q", c.chosen, c.accept, got, c.want)
		}
	}
}
