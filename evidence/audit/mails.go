package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	mailsAsked   = 500 // per page
	maxMailPages = 100
)

// mails are those that the built-in mailbox still has. It keeps only the newest, and is empty after a restart.
type mails struct {
	byID   map[string]*letter
	oldest time.Time // zero: none
}

type letter struct{ before, seen bool }

// covers reports whether a mail sent at a time or later must be there.
func (m *mails) covers(ms int64) bool { return !m.oldest.IsZero() && ms >= m.oldest.UnixMilli() }

// readMails reads the mailbox, newest first; nil if it has no address. New mails move the others to later pages, so that
// none is missed.
func (a *auditor) readMails(ctx context.Context) (*mails, error) {
	if a.MailURL == "" {
		return nil, nil
	}
	m := &mails{byID: map[string]*letter{}}
	for page := 1; page <= maxMailPages; page++ {
		var got struct {
			Mails []struct {
				ID         string
				ReceivedAt time.Time
			}
		}
		there, err := a.web.get(ctx, fmt.Sprintf("%s?format=json&limit=%d&page=%d", a.MailURL, mailsAsked, page), &got)
		if err != nil || !there {
			return m, errors.Join(err, missing(there, "mailbox", a.MailURL))
		}
		for _, l := range got.Mails {
			m.byID[l.ID], m.oldest = &letter{}, l.ReceivedAt
		}
		if len(got.Mails) < mailsAsked {
			break
		}
	}
	return m, nil
}

func missing(there bool, what, url string) error {
	if there {
		return nil
	}
	return fmt.Errorf("audit: there is no %s at %s", what, url)
}

// joined joins what was read before the snapshot, marked as such, and after it.
func joined(before, after *mails) *mails {
	if before == nil || after == nil {
		return nil
	}
	for id := range before.byID {
		after.byID[id] = &letter{before: true}
	}
	return after
}

// ack is an acknowledged order.
type ack struct {
	OrderID         int64
	TotalPrice      *int64 // in the catalog's currency if there is an amount; in answers of earlier releases, in the order's currency
	Amount          *int64
	Currency        string
	TestID          *int64
	Key             string
	IdempotencyKey  string
	seen, different bool // found in the database; acknowledged under two keys
}

// price returns the acknowledged price in the order's currency, or nil.
func (a *ack) price() *int64 {
	if a.Amount != nil {
		return a.Amount
	}
	return a.TotalPrice
}

func (a *ack) key() string {
	if a.Key != "" {
		return a.Key
	}
	return a.IdempotencyKey
}

func readAcknowledged(file string) (map[int64]*ack, error) {
	acked := map[int64]*ack{}
	if file == "" {
		return acked, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("audit: acknowledged orders: %w", err)
	}
	defer f.Close()
	for decoder := json.NewDecoder(f); ; {
		var one ack
		switch err := decoder.Decode(&one); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF): // a line that is being written
			return acked, nil
		case err != nil:
			return nil, fmt.Errorf("audit: acknowledged orders: %w", err)
		}
		if known := acked[one.OrderID]; known != nil {
			one.different = known.different || known.key() != one.key()
		}
		acked[one.OrderID] = &one
	}
}
