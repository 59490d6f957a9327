package rules

import (
	"cmp"
	"time"

	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

type booksEntry struct {
	Company     string              `json:"company,omitempty" jsonschema:"The name of the company, as its documents have it"`
	TimeZone    string              `json:"timeZone,omitempty" jsonschema:"IANA time zone of the days of the books; UTC where it is missing"`
	Currency    money.Currency      `json:"currency,omitempty" jsonschema:"The currency that the company counts in; the catalog's where it is missing"`
	PaymentDays int                 `json:"paymentDays,omitempty" jsonschema:"How many days customers have to pay an invoice; 30 where it is missing"`
	Address     []string            `json:"address,omitempty" jsonschema:"The lines of its address, as its documents have them"`
	TaxIDs      []companyTaxIDEntry `json:"taxIds,omitempty" jsonschema:"Its numbers for taxes, as its documents have them"`
	BankAccount []string            `json:"bankAccount,omitempty" jsonschema:"Where its invoices are paid to, in lines"`
	Mailed      []string            `json:"mailed,omitempty" jsonschema:"Which documents customers are mailed, as a PDF: invoice, receipt, credit-note; invoices and credit notes where it is missing, and [] for none"`
	Reminders   []int               `json:"reminders,omitempty" jsonschema:"How many days after the day on which an invoice was due its customer is reminded of what is open, for each time; nobody is where it is missing"`
}

type companyTaxIDEntry struct {
	Label  string `json:"label" jsonschema:"What the number is called, e.g. VAT ID"`
	Number string `json:"number" jsonschema:"The number"`
}

func (c *checker) books(e *booksEntry) order.Books {
	if e == nil {
		return order.Books{}
	}
	b := order.Books{Company: e.Company, Currency: e.Currency, PaymentDays: e.PaymentDays, Mailed: e.Mailed, Reminders: e.Reminders}
	b.Address, b.BankAccount = e.Address, e.BankAccount
	for _, id := range e.TaxIDs {
		b.TaxIDs = append(b.TaxIDs, order.TaxID(id))
	}
	b.Zone = c.zone(marketEntry{TimeZone: cmp.Or(e.TimeZone, time.UTC.String())}, "books")
	return b
}

func booksLimits() map[string]limit {
	return map[string]limit{
		"books.company":         line(100),
		"books.timeZone":        pattern(zonePattern, "must be an IANA time zone such as America/New_York, or UTC"),
		"books.currency":        oneOf(money.Currencies()...),
		"books.paymentDays":     whole(1, 365),
		"books.address[]":       line(100),
		"books.taxIds[].label":  line(40),
		"books.taxIds[].number": line(40),
		"books.bankAccount[]":   line(100),
		"books.mailed[]":        oneOf(order.Mailable()...),
		"books.reminders[]":     whole(1, 365),
	}
}
