package ops

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"

	"acme.example/webshop/books"
	"acme.example/webshop/money"
)

// reportOutput is a report, as JSON or as a table.
type reportOutput struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// table is rows of cells, the head first.
type table [][]string

// report returns a report in the form that is asked for, unless it could not be made.
func report(as, name string, t table, body any, err error) (*reportOutput, error) {
	if err != nil {
		return nil, err
	}
	if as == "csv" {
		data, err := t.csv()
		return &reportOutput{"text/csv; charset=utf-8", `attachment; filename="` + name + `.csv"`, data}, err
	}
	data, err := json.Marshal(body)
	return &reportOutput{ContentType: "application/json", Body: data}, err
}

// csv writes the table for a spreadsheet.
func (t table) csv() ([]byte, error) {
	var out bytes.Buffer
	for _, row := range t {
		for i, cell := range row {
			row[i] = harmless(cell)
		}
	}
	err := csv.NewWriter(&out).WriteAll(t)
	return out.Bytes(), err
}

// harmless keeps a spreadsheet from taking a text for a formula (OWASP, CSV injection). A number stays one.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

// units is an amount in whole units, such as -1.50.
func units(minor int64, currency string) string {
	return money.Amount{Minor: minor, Currency: money.Currency(currency)}.Decimal()
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// journalTable has a row for each line of entries.
func journalTable(entries []books.Entry) table {
	t := table{{"number", "day", "dated", "tax day", "order", "document", "text", "author", "reason", "reverses", "account", "currency", "amount", "rate", "own", "base"}}
	for _, e := range entries {
		for _, l := range e.Lines {
			t = append(t, []string{
				number(e.Number), string(e.Day), string(e.Dated), string(e.TaxDay), number(e.Order), e.Paper, e.Text, e.Author, e.Reason, number(e.Undoes),
				string(l.Account), e.Money, units(l.Amount, e.Money), e.Rate, units(l.Own, e.Company), units(l.Base, e.Money),
			})
		}
	}
	return t
}
