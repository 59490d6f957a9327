package ops

import (
	"context"
	"fmt"
	"time"

	"acme.example/webshop/platform/database"
)

const (
	// booksMay is how long an order may wait for the bookkeeper, who comes each second.
	booksMay = 5 * time.Minute
	// booksAfter is how long it must be so, since a clock that is set makes what has just come look old.
	booksAfter = 30 * time.Second
	// reportMay is how long what is in the books may wait to be told to the bookkeeping system.
	reportMay = 15 * time.Minute
)

// UnbookedOrders are orders that wait for the bookkeeper (database.Books).
type UnbookedOrders interface {
	OldestUnbooked(ctx context.Context) (oldest database.Waiting, waits bool, err error)
	WaitingForBooks(ctx context.Context) (int, error)
}

// BooksBehind reports orders that are not entered in the books. Failing is why, as far as this process knows; "" if it does not.
func BooksBehind(orders UnbookedOrders, failing func() string) Rule {
	return Rule{Name: "books", After: booksAfter, Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		oldest, waits, err := orders.OldestUnbooked(ctx)
		if err != nil || !waits || now.Sub(oldest.Since) < booksMay {
			return nil, err
		}
		n, err := orders.WaitingForBooks(ctx)
		c := Condition{Severity: High, Since: oldest.Since, Count: n, Orders: []int64{oldest.OrderID}, What: some(n, "order") + " not entered in the books yet",
			Do: "The bookkeeper tries again by itself; the log of the process that leads says why (bookkeeper:). Close no period until it is done."}
		if why := failing(); why != "" {
			c.Do = "The bookkeeper tries again by itself. The reason: " + why
		}
		return []Condition{c}, err
	}}
}

// BooksUntold reports that the bookkeeping system was not told what is in the books. Failing is as in BooksBehind.
func BooksUntold(store database.Reports, failing func() string) Rule {
	return Rule{Name: "books", After: booksAfter, Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		n, since, err := database.Untold(ctx, store)
		if err != nil || n == 0 || now.Sub(since) < reportMay {
			return nil, err
		}
		c := Condition{Key: "report", Severity: High, Since: since, Count: int(n), What: fmt.Sprintf("The bookkeeping system has not been told the newest entries of the books, %d in all", n),
			Do: "They are told again by themselves; the log of the process that runs finance says why (reporter:)."}
		if why := failing(); why != "" {
			c.Do = "They are told again by themselves. The reason: " + why
		}
		return []Condition{c}, nil
	}}
}

// PapersUnmailed reports that documents cannot be mailed to their customers.
func PapersUnmailed(store database.Progress) Rule {
	return Rule{Name: "books", After: booksAfter, Check: func(ctx context.Context, now time.Time) ([]Condition, error) {
		at, err := database.PapersSoFar(ctx, store)
		if err != nil || at.Since == 0 || now.Sub(time.UnixMilli(at.Since)) < reportMay {
			return nil, err
		}
		return []Condition{{Key: "mails", Severity: High, Since: time.UnixMilli(at.Since), What: "Documents cannot be mailed to customers",
			Do: "They are mailed again by themselves. The reason: " + at.Why}}, nil
	}}
}
