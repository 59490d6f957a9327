package order

import "github.com/danielgtaylor/huma/v2"

// Paper is an invoice, a receipt or a credit note as a page or as a PDF, in the form of an answer.
type Paper struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"` // a browser shows it, and saves it under its number
	Policy      string `header:"Content-Security-Policy"`
	Body        []byte
}

// PapersDescribed describes the answer of a route that returns a Paper.
func PapersDescribed() map[string]*huma.Response {
	of := func() *huma.MediaType { return &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}} }
	pdf := of()
	pdf.Schema.Format = "binary"
	return map[string]*huma.Response{"200": {
		Description: "The document", Content: map[string]*huma.MediaType{"text/html": of(), "application/pdf": pdf},
	}}
}
