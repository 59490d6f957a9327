package operatorclient

import "testing"

func TestAmountsAreRead(t *testing.T) {
	for text, want := range map[string]int64{"12.50": 1250, "12.5": 1250, "12": 1200, "0.01": 1, "12.": 1200} {
		if got, err := minorOf(text, "USD"); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", ".", ".5", "-1", "+1", "1e3", "12,50", "12.505", "1.2.3", "99999999999999999999", "$5"} {
		if got, err := minorOf(text, "USD"); err == nil {
			t.Errorf("%q: %d", text, got)
		}
	}
}
