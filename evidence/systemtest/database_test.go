package systemtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// later fails each request to the database but the first, which is sent before any order.
func later(status int, body string) func(int, http.ResponseWriter) bool {
	return func(n int, w http.ResponseWriter) bool {
		if n > 1 {
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
		return n > 1
	}
}

func TestDatabaseThatDoesNotAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		shop *fakeShop
		want string
	}{
		"GraphQL errors": {
			&fakeShop{ask: later(200, `{"errors":[{"message":"no field statusAt"},{"message":"and more"}]}`)},
			"could not be finished: the shop's database: GraphQL errors: no field statusAt; and more",
		},
		"refused":  {&fakeShop{ask: later(422, "bad query")}, "the shop's database: answered 422 Unprocessable Entity: bad query"},
		"no shop":  {&fakeShop{ask: later(200, "<html>")}, "answered 200, but not as agreed"},
		"it fails": {&fakeShop{ask: later(503, "")}, "the shop's database: answered 503 Service Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				got, err := run(t.Context(), dozen(t), inMemory{c.shop})
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v\nwant %s", err, c.want)
				}
				waited := time.Since(start)
				if gaveUp := waited == 0; gaveUp == strings.Contains(c.want, "503") || waited > time.Minute {
					t.Errorf("gave up after %v", waited)
				}
				if got.Acknowledged != 12 || got.Arrived != 0 {
					t.Errorf("summary %+v", got)
				}
			})
		})
	}
}

func TestDatabaseThatIsAwayForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop := &fakeShop{ask: func(n int, w http.ResponseWriter) bool {
			away := n > 1 && n < 20
			if away {
				w.WriteHeader(http.StatusBadGateway)
			}
			return away
		}}
		if _, err := run(t.Context(), dozen(t), inMemory{shop}); err != nil {
			t.Error(err)
		}
	})
}
