package email

import (
	"context"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/ref"
)

// The kinds of mails about documents of the books.
const (
	invoiced = event.Type("invoice")
	receipt  = event.Type("receipt")
	credited = event.Type("credit-note")
	overdue  = event.Type("overdue")
)

// papers are these kinds.
var papers = []event.Type{invoiced, receipt, credited, overdue}

// Paper is a document of the books, for the customer.
type Paper struct {
	OrderID                       int64
	Ref                           ref.Order
	Name, Email, Market, Language string // of the customer
	Rules                         int64  // the version that the order was made under
	Kind, Number                  string // as the books have them
	Due                           time.Time
	Amount                        money.Amount // its total; of an invoice that is overdue, what is open
	PDF                           []byte
}

// SendPaper sends a document. The same document has the same Message-ID each time.
func (s *Service) SendPaper(ctx context.Context, p Paper) error {
	return s.sendPaper(ctx, p, event.Type(p.Kind), "paper."+p.Number)
}

// Remind tells the customer that an invoice is overdue, for the given time: 1 is the first.
func (s *Service) Remind(ctx context.Context, p Paper, time string) error {
	return s.sendPaper(ctx, p, overdue, "reminder."+p.Number+"."+time)
}

func (s *Service) sendPaper(ctx context.Context, p Paper, kind event.Type, id string) error {
	l, err := s.contentOf(ctx, kind, p.OrderID, customer{order: p.Ref, name: p.Name, email: p.Email, market: p.Market, language: p.Language, rules: p.Rules})
	if err != nil {
		return err
	}
	if l.Sums, err = l.told(p); err != nil {
		return err
	}
	l.Number, l.attached = p.Number, []Attachment{{Name: p.Number + ".pdf", Type: "application/pdf", Data: p.PDF}}
	_, err = s.sendAs(ctx, l, id)
	return err
}

// told says what a document is, in the lines of a table.
func (l content) told(p Paper) (lines []sum, err error) {
	amount, err := l.language.price(p.Amount)
	if err != nil {
		return nil, err
	}
	texts := []struct{ key, value string }{{"paper.number", p.Number}}
	if !p.Due.IsZero() {
		texts = append(texts, struct{ key, value string }{"paper.due", l.language.day(p.Due, true)})
	}
	texts = append(texts, struct{ key, value string }{"paper.amount", amount})
	for _, t := range texts {
		name, err := l.Word(t.key)
		if err != nil {
			return nil, err
		}
		lines = append(lines, sum{Name: name, Amount: t.value})
	}
	return lines, nil
}
