package operatorclient

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Person names whose orders are meant, by one of its fields.
type Person struct {
	Email   string `json:"email,omitempty"`
	Phone   string `json:"phone,omitempty"`
	OrderID int64  `json:"orderId,omitempty"`
	Ref     string `json:"ref,omitempty"` // with OrderID: of that reference
}

// personPage is a request about a person's orders from a number on.
type personPage struct {
	Person
	From   int64  `json:"from,omitempty"`
	Reason string `json:"reason,omitempty"`
	DryRun bool   `json:"dryRun,omitempty"`
}

// ExportPerson prints all that is stored about a person's orders, one JSON object for each.
func (c Client) ExportPerson(ctx context.Context, p Person) error {
	for from := int64(0); ; {
		var got struct {
			Orders []json.RawMessage
			Next   int64
		}
		if err := c.call(ctx, http.MethodPost, "/privacy/export", personPage{Person: p, From: from}, &got); err != nil {
			return err
		}
		out := json.NewEncoder(c.Out)
		out.SetIndent("", "  ")
		for _, o := range got.Orders {
			if err := out.Encode(o); err != nil {
				return err
			}
		}
		if from = got.Next; from == 0 {
			return nil
		}
	}
}

// ErasePerson erases the personal data of a person's orders that have ended, and prints which.
func (c Client) ErasePerson(ctx context.Context, p Person, reason string, dryRun bool) error {
	done := map[bool]string{false: "erased", true: "would be erased"}[dryRun]
	for from := int64(0); ; {
		var got struct {
			Erased []int64
			Left   []struct {
				OrderID int64
				Why     string
			}
			Next int64
		}
		if err := c.call(ctx, http.MethodPost, "/privacy/erase", personPage{Person: p, From: from, Reason: reason, DryRun: dryRun}, &got); err != nil {
			return err
		}
		for _, id := range got.Erased {
			fmt.Fprintf(c.Out, "Order %d: %s.\n", id, done)
		}
		for _, l := range got.Left {
			fmt.Fprintf(c.Out, "Order %d: left. %s\n", l.OrderID, l.Why)
		}
		if from = got.Next; from == 0 {
			return nil
		}
	}
}

// erasure is an order that is erased, as a line of the list.
type erasure struct {
	OrderID int64     `json:"orderId"`
	Ref     string    `json:"ref"`
	At      time.Time `json:"at"`
}

// Erasures prints which orders are erased, one JSON object in each line: what EraseAgain reads.
func (c Client) Erasures(ctx context.Context) error {
	for from := int64(0); ; {
		var got struct {
			Erasures []erasure
			Next     int64
		}
		if err := c.call(ctx, http.MethodGet, fmt.Sprintf("/privacy/erasures?from=%d", from), nil, &got); err != nil {
			return err
		}
		out := json.NewEncoder(c.Out)
		for _, e := range got.Erasures {
			if err := out.Encode(e); err != nil {
				return err
			}
		}
		if from = got.Next; from == 0 {
			return nil
		}
	}
}

// EraseAgain erases the orders of a list once more, after a restore. Orders that are not in the restored database are passed over.
func (c Client) EraseAgain(ctx context.Context, list io.Reader) error {
	var erased, gone, left int
	lines := json.NewDecoder(list)
	for lines.More() {
		var e erasure
		if err := lines.Decode(&e); err != nil || e.OrderID == 0 || e.Ref == "" {
			return fmt.Errorf("the list of erasures cannot be read after %d orders: %w", erased+gone+left, cmp.Or(err, errNoErasure))
		}
		done, err := c.eraseOne(ctx, e)
		switch problem, is := errors.AsType[refused](err); {
		case is && problem.status == http.StatusNotFound:
			gone++
		case err != nil:
			return err
		case done:
			erased++
		default:
			left++
		}
	}
	_, err := fmt.Fprintf(c.Out, "%d orders are erased, %d are not in this database, and %d were left.\n", erased, gone, left)
	if err == nil && left > 0 {
		err = errors.New("some orders are under way in this database; run this again when they have ended")
	}
	return err
}

var errNoErasure = errors.New("a line has no order")

// eraseOne erases an order of a list, and reports whether it could be.
func (c Client) eraseOne(ctx context.Context, e erasure) (done bool, err error) {
	var got struct {
		Left []struct{ Why string }
	}
	request := personPage{Person: Person{OrderID: e.OrderID, Ref: e.Ref}, Reason: "erased before a restore"}
	if err := c.call(ctx, http.MethodPost, "/privacy/erase", request, &got); err != nil {
		return false, err
	}
	for _, l := range got.Left {
		fmt.Fprintf(c.Out, "Order %d: left. %s\n", e.OrderID, l.Why)
	}
	return len(got.Left) == 0, nil
}
