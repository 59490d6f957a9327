package ops_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/surfaces/ops"
)

// unbooked is an order that waits for the bookkeeper.
type unbooked struct {
	since time.Time // zero: none
	err   error
}

func (u unbooked) OldestUnbooked(context.Context) (database.Waiting, bool, error) {
	return database.Waiting{OrderID: 7, Since: u.since}, !u.since.IsZero(), u.err
}

func (u unbooked) WaitingForBooks(context.Context) (int, error) { return 3, nil }

// TestBooksThatAreBehindAreTold, with the reason where it is known; that some orders have just come is no reason.
func TestBooksThatAreBehindAreTold(t *testing.T) {
	none, why := func() string { return "" }, func() string { return "no exchange rate of MXN" }
	sees(t, ops.BooksBehind(unbooked{}, why))
	sees(t, ops.BooksBehind(unbooked{since: now.Add(-time.Minute)}, why))
	late := unbooked{since: now.Add(-6 * time.Minute)}
	if c := sees(t, ops.BooksBehind(late, none), "high")[0]; c.What != "3 orders not entered in the books yet" || c.Count != 3 || c.Orders[0] != 7 || !c.Since.Equal(late.since) {
		t.Errorf("%+v", c)
	}
	if c := sees(t, ops.BooksBehind(late, why), "high")[0]; !strings.HasSuffix(c.Do, "no exchange rate of MXN") {
		t.Errorf("%+v", c)
	}
	if _, err := ops.BooksBehind(unbooked{err: errors.New("locked")}, none).Check(t.Context(), now); err == nil {
		t.Error("an error of the store is swallowed")
	}
}
