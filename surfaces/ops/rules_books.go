package ops

import (
	"context"
	"fmt"
	"time"
)

const (
	// booksMay is how many orders may wait for the bookkeeper.
	booksMay = 5000
	// booksAfter is how long more may, or some may be refused, before the operator hears of it.
	booksAfter = 5 * time.Minute
)

// BooksBehind reports orders that the bookkeeper does not enter. Failing says why; it is "" if there is only much to do.
func BooksBehind(waiting func(context.Context) (int, error), failing func() string) Rule {
	return Rule{Name: "books", After: booksAfter, Check: func(ctx context.Context, _ time.Time) ([]Condition, error) {
		n, err := waiting(ctx)
		why := failing()
		if err != nil || why == "" && n < booksMay {
			return nil, err
		}
		c := Condition{Severity: Warning, Count: n, What: some(n, "order") + " not entered in the books yet",
			Do: "The bookkeeper has more to do than it gets done, and goes on. Close no period until it is done."}
		if why != "" {
			c.Severity, c.Do = High, fmt.Sprintf("The bookkeeper tries again each second. The reason: %s", why)
		}
		return []Condition{c}, nil
	}}
}
