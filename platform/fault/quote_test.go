package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"acme.example/webshop/platform/fault"
)

// TestForLog: quotes are left out wherever they are in an error, and nothing else.
func TestForLog(t *testing.T) {
	said := fault.Quote{Text: `"no such person: Ann"`}
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("full"), "full"},
		{said, "(their words are with the event)"},
		{fault.Quote{}, ""},
		{fault.Wrap(fmt.Errorf("answered 422: %w", said), fault.Invalid, "refused"), "refused: answered 422: (their words are with the event)"},
		{errors.Join(errors.New("first"), fmt.Errorf("then: %w", said)), "first\nthen: (their words are with the event)"},
		{fault.Quote{Text: "outer", Cause: errors.New("inner")}, "(their words are with the event)"},
	} {
		if got := fault.ForLog(c.err); got != c.want {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}
