package imports

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"

	"acme.example/webshop/order"
)

// widths are the table's limits of its text columns, in characters.
var widths = map[string]int{
	"CustomerName": 50, "CustomerEmail": 50, "CustomerPhone": 30, "CustomerStreet": 50, "CustomerCity": 30, "CustomerType": 3, "CustomerMarket": 2,
	"OrderedProducts": 200, "OrgNumber": 20,
}

// Writer writes orders as rows of the table: CSV with a header, as MySQL's SELECT … INTO OUTFILE writes it, and LOAD DATA
// and Read with escapes read it.
type Writer struct {
	out     *bufio.Writer
	started bool
}

// NewWriter returns a Writer. Flush it at the end.
func NewWriter(out io.Writer) *Writer { return &Writer{out: bufio.NewWriter(out)} }

// Has reports whether the table has the order's status. Its system did not know the others.
func Has(s order.Status) bool { return slices.Contains(order.Imports, s) }

// Write writes an order whose status the table Has. It returns the columns that are too narrow for their values.
func (w *Writer) Write(o order.Order) (narrow []string, err error) {
	if !w.started {
		w.started = true
		if err := w.line(Columns, func(column string) string { return column }); err != nil {
			return nil, err
		}
	}
	values := row(o)
	for _, column := range Columns {
		if most, bounded := widths[column]; bounded && len([]rune(values[column])) > most {
			narrow = append(narrow, column)
		}
	}
	return narrow, w.line(Columns, func(column string) string {
		if value, is := values[column]; is {
			return enclosed(value)
		}
		return `\N`
	})
}

// Flush writes the buffered rest.
func (w *Writer) Flush() error { return w.out.Flush() }

func (w *Writer) line(columns []string, text func(column string) string) error {
	fields := make([]string, len(columns))
	for i, column := range columns {
		fields[i] = text(column)
	}
	_, err := w.out.WriteString(strings.Join(fields, ",") + "\n")
	return err
}

// row returns an order by column; missing ones are NULL.
func row(o order.Order) map[string]string {
	c := o.Customer
	values := map[string]string{
		"OrderId": strconv.FormatInt(o.ID, 10), "CustomerName": c.Name, "CustomerEmail": c.Email, "CustomerPhone": c.Phone,
		"CustomerStreet": c.Street, "CustomerCity": c.City, "CustomerType": o.CustomerType, "CustomerMarket": o.Market,
		"OrderedProducts": o.Products.String(), "TotalPrice": strconv.FormatInt(o.CatalogTotal(), 10), "Status": string(o.Status),
		"TestId": strconv.FormatInt(o.TestID, 10),
	}
	if o.OrgNumber != "" {
		values["OrgNumber"] = o.OrgNumber
	}
	if !o.DeliveryTime.IsZero() {
		values["DeliveryTime"] = strconv.FormatInt(o.DeliveryTime.UnixMilli(), 10)
	}
	return values
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", "\\\n", "\x00", `\0`)

func enclosed(text string) string { return `"` + escaper.Replace(text) + `"` }
