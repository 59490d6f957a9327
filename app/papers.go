package app

import (
	"bytes"
	"context"
	"io"

	"acme.example/webshop/books"
	"acme.example/webshop/books/paper"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/surfaces/papers"
)

// paperForm is one of the two forms that documents are written in.
type paperForm struct {
	contentType, ending, policy string
	write                       func(io.Writer, paper.Document) error
}

var (
	asPage = paperForm{contentType: "text/html; charset=utf-8", ending: ".html", policy: paper.ContentSecurityPolicy, write: paper.HTML}
	// A browser shows a PDF as an object in a page of its own, which has a style.
	asPDF = paperForm{
		contentType: "application/pdf", ending: ".pdf", policy: "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
		write: paper.PDF,
	}
)

// paper writes the document of a number, of those that the books have of an order, by the rules under which the order was made. ""
// is its invoice or receipt. It is fault.NotFound if there is none.
func (s *system) paper(ctx context.Context, o order.Order, documents []books.Document, number string, pdf bool) (*order.Paper, error) {
	set, err := s.rules.Of(ctx, o.Rules)
	if err != nil {
		return nil, err
	}
	d, found, err := papers.Find(o, documents, number, set, func(d books.Document) ([]books.LineTax, error) {
		told, err := database.Detail(ctx, s.journal, d)
		return told.Taxes(), err
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fault.New(fault.NotFound, "order %d has no such document yet", o.ID)
	}
	if pdf {
		return asPDF.of(d)
	}
	return asPage.of(d)
}

func (f paperForm) of(d paper.Document) (*order.Paper, error) {
	var out bytes.Buffer
	if err := f.write(&out, d); err != nil {
		return nil, err
	}
	return &order.Paper{ContentType: f.contentType, Disposition: `inline; filename="` + d.Number + f.ending + `"`, Policy: f.policy, Body: out.Bytes()}, nil
}

// customerPapers has the documents of the books for customers (order.Papers).
type customerPapers struct{ *system }

// Issued implements order.Papers.
func (p customerPapers) Issued(ctx context.Context, orderID int64) (all []order.Issued, err error) {
	found, err := p.journal.DocumentsOf(ctx, orderID)
	for _, d := range found {
		all = append(all, order.Issued{Number: d.Name(), Kind: d.Kind})
	}
	return all, err
}

// Paper implements order.Papers.
func (p customerPapers) Paper(ctx context.Context, o order.Order, number string, pdf bool) (*order.Paper, error) {
	all, err := p.journal.DocumentsOf(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	return p.paper(ctx, o, all, number, pdf)
}

// issuedPaper writes a document of the books, for accountants.
func (s *system) issuedPaper(ctx context.Context, issued books.Document, pdf bool) (*order.Paper, error) {
	o, err := s.engine.Order(ctx, issued.OrderID)
	if err != nil {
		return nil, err
	}
	all, err := s.engine.DocumentsOf(ctx, issued.OrderID)
	if err != nil {
		return nil, err
	}
	return s.paper(ctx, o, all, issued.Name(), pdf)
}
