package systemtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFailureListsTwenty(t *testing.T) {
	f := &Failure{Problems: make([]string, 25)}
	for i := range f.Problems {
		f.Problems[i] = fmt.Sprintf("problem %d", i+1)
	}
	text := f.Error()
	if !strings.HasSuffix(text, "problem 20\n  … and 5 more") || strings.Count(text, "\n") != 21 {
		t.Error(text)
	}
}

func TestTwoOrdersWithOneNumber(t *testing.T) {
	orders := makeOrders(1, 2, 5)
	sent := []outcome{{order: orders[0], orderID: 7}, {order: orders[1], orderID: 7}}
	got := judge(sent, nil, time.Minute)
	if want := "order 7 (no. 2): createOrder gave no. 1 the same orderId"; !slices.Contains(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestExcerptIsOneShortLine(t *testing.T) {
	got := excerpt([]byte("<html>\n\t<p>\xff" + strings.Repeat("é", 400)))
	if !strings.HasPrefix(got, "<html> <p>\ufffdé") || !strings.HasSuffix(got, "é…") || len([]rune(got)) != 301 {
		t.Errorf("%q", got)
	}
}

func TestDifferenceThatCannotBeSeenIsShown(t *testing.T) {
	for want, d := range map[string]difference{
		`customerName is "Jose\u0301"; sent was "Jos\u00e9"`: {"customerName", "Jos\u00e9", "Jose\u0301"},
		`customerName is "Jos?"; sent was "José"`:            {"customerName", "José", "Jos?"},
	} {
		if got := d.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
