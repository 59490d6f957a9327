package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"acme.example/webshop/books"
	"acme.example/webshop/email"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

const (
	// papersEvery is how often documents are looked for that were not mailed.
	papersEvery = 5 * time.Second
	// papersBatch bounds the documents that are read at a time.
	papersBatch = 50
	// papersFor is how many days a document is mailed after it was issued, and a reminder after its day: a shop that turns mails on
	// does not mail years of them.
	papersFor = 7
	// papersTerm is how long a process mails before another one may.
	papersTerm = time.Minute
)

// paperMails mails documents of the books to customers, and reminds them of invoices that are overdue. A mail that is sent again after
// a crash has the same Message-ID.
type paperMails struct {
	*system
	lead func(context.Context, time.Time, time.Duration) (bool, error) // nil without copies
}

func (s *system) newPaperMails() *paperMails {
	return &paperMails{s, s.leadAmongAll("papers")}
}

// mail mails what is new.
func (p *paperMails) mail(ctx context.Context) error {
	if p.lead != nil {
		if leads, err := p.lead(ctx, p.now(), papersTerm); err != nil || !leads {
			return err
		}
	}
	rules, err := p.rules.Orders().Active()
	if err != nil {
		return err
	}
	at, err := database.PapersSoFar(ctx, p.journal)
	if err != nil {
		return err
	}
	company := rules.Entity()
	today := books.DayOf(p.now(), company.Zone)
	err = errors.Join(p.documents(ctx, at, company, today), p.reminders(ctx, at, company, today))
	if at.Note(err, p.now()) {
		err = errors.Join(err, at.Save(ctx, p.journal))
	}
	return err
}

// documents mails those that are new.
func (p *paperMails) documents(ctx context.Context, at *database.Papers, company order.Books, today books.Day) error {
	last, err := p.journal.LastDocuments(ctx)
	if err != nil {
		return err
	}
	for _, series := range slices.Sorted(maps.Keys(last)) {
		for at.Documents[series] < last[series] {
			found, err := p.journal.BookDocuments(ctx, "", books.LastDay, books.Document{Series: series, Number: at.Documents[series]}, papersBatch)
			if err != nil {
				return err
			}
			for _, d := range found {
				if d.Series != series {
					break
				}
				if slices.Contains(company.Mailed, d.Kind) && today <= d.Day.Plus(papersFor) {
					if err := p.document(ctx, d, company); err != nil {
						return err
					}
				}
				at.Documents[series] = d.Number
			}
			if err := at.Save(ctx, p.journal); err != nil || len(found) == 0 {
				return err
			}
		}
	}
	return nil
}

// document mails one. The credit note of a sale is mailed where that sale's document is.
func (p *paperMails) document(ctx context.Context, d books.Document, company order.Books) error {
	paper, all, err := p.paperOf(ctx, d)
	if err != nil || paper.Email == "" {
		return err
	}
	if d.Kind == books.CreditNote && !slices.ContainsFunc(all, func(sale books.Document) bool {
		return sale.Kind != books.CreditNote && slices.Contains(company.Mailed, sale.Kind)
	}) {
		return nil
	}
	return p.passed(p.email.SendPaper(ctx, paper), paper)
}

// passed passes over a mail that its receiver refuses for good.
func (p *paperMails) passed(err error, paper email.Paper) error {
	if fault.CodeOf(err) == fault.Invalid {
		p.log.Warn("a document cannot be mailed to its customer", "document", paper.Number, "order", paper.OrderID, "error", err)
		return nil
	}
	return err
}

// reminders reminds of the invoices that have been open for so many days today, and on the days before that were missed.
func (p *paperMails) reminders(ctx context.Context, at *database.Papers, company order.Books, today books.Day) error {
	from := at.Reminded.Plus(1)
	if at.Reminded == "" {
		from = today
	}
	for day := max(from, today.Plus(1-papersFor)); day <= today; day = day.Plus(1) {
		for i, days := range company.Reminders {
			if err := p.remind(ctx, day.Plus(-days), i+1); err != nil {
				return err
			}
		}
		at.Reminded = day
		if err := at.Save(ctx, p.journal); err != nil {
			return err
		}
	}
	return nil
}

// remind reminds of the invoices that were due on a day.
func (p *paperMails) remind(ctx context.Context, due books.Day, time int) error {
	for after := (books.Document{}); ; {
		found, err := p.journal.InvoicesDue(ctx, due, after, papersBatch)
		if err != nil || len(found) == 0 {
			return err
		}
		for _, i := range found {
			paper, _, err := p.paperOf(ctx, i.Document)
			if err == nil && paper.Email != "" {
				paper.Amount.Minor = i.Open
				err = p.passed(p.email.Remind(ctx, paper, strconv.Itoa(time)), paper)
			}
			if err != nil {
				return err
			}
			after = i.Document
		}
	}
}

// paperOf is a document for its customer, and all documents of its order.
func (p *paperMails) paperOf(ctx context.Context, d books.Document) (paper email.Paper, all []books.Document, err error) {
	o, err := p.journal.Order(ctx, d.OrderID)
	if err != nil {
		return paper, nil, err
	}
	if all, err = p.journal.DocumentsOf(ctx, d.OrderID); err != nil {
		return paper, nil, err
	}
	file, err := p.paper(ctx, o, all, d.Name(), true)
	if err != nil {
		return paper, nil, fmt.Errorf("document %s: %w", d.Name(), err)
	}
	paper = email.Paper{
		OrderID: o.ID, Ref: o.Ref(), Name: o.Customer.Name, Email: o.Customer.Email, Market: o.Market, Language: o.Language, Rules: o.Rules,
		Kind: d.Kind, Number: d.Name(), PDF: file.Body,
	}
	paper.Amount.Minor, paper.Amount.Currency = d.Total, d.Currency
	if d.Due != "" {
		paper.Due, err = time.Parse(time.DateOnly, string(d.Due))
	}
	return paper, all, err
}
