package console

import "acme.example/webshop/books"

// document is an invoice, a receipt or a credit note in a list.
type document struct {
	Number string    `json:"number"`
	Kind   string    `json:"kind"`
	Day    books.Day `json:"day"`
	Total  int64     `json:"total"` // minor units of the order's currency
}

func documentViews(issued []books.Document) (views []document) {
	for _, d := range issued {
		views = append(views, document{Number: d.Name(), Kind: d.Kind, Day: d.Day, Total: d.Total})
	}
	return views
}
