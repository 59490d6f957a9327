package statement

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"acme.example/webshop/money"
)

// The columns of a CSV file, by the names in its header. Others are ignored.
const (
	columnDate      = "date"
	columnAmount    = "amount"
	columnCurrency  = "currency"
	columnReference = "reference"
	columnName      = "name"
	columnAccount   = "account" // may be missing
	columnID        = "id"      // may be missing: the bank's own
)

var neededColumns = []string{columnDate, columnAmount, columnCurrency, columnReference, columnName}

// ReadCSV reads a statement from CSV (RFC 4180), separated by commas or semicolons, whichever the header has. The header
// names the columns date, amount, currency, reference and name, in any order and case, and may name account and id. Days
// are written 2026-12-31 or 31.12.2026. Amounts have a decimal point or comma (1234.50, 1.234,50; 1.234 is refused, as it
// could be either); a minus means money that went out. Text that is not UTF-8 is read as Windows-1252.
//
// Without an id, equal lines of a file are told apart by their order: a file must have whole days.
func ReadCSV(r io.Reader) ([]Receipt, error) {
	text, err := whole(r)
	if err != nil {
		return nil, err
	}
	return readCSV(text)
}

func readCSV(text []byte) ([]Receipt, error) {
	if !utf8.Valid(text) {
		// Every byte is a character or U+FFFD in it, so this cannot fail.
		text, _ = charmap.Windows1252.NewDecoder().Bytes(text)
	}
	lines := csv.NewReader(bytes.NewReader(text))
	lines.Comma, lines.ReuseRecord = separator(text), true
	columns, err := header(lines)
	if err != nil {
		return nil, err
	}
	var wrong faults
	all := newNamed(&wrong)
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) || len(all.receipts) > MaxReceipts {
			return all.result()
		} else if err != nil {
			return nil, csvFault(err)
		}
		number, _ := lines.FieldPos(0)
		line{columns: columns, fields: record, place: fmt.Sprintf("line %d", number), wrong: &wrong}.read(all)
	}
}

// separator is the one of comma and semicolon that the header has more of.
func separator(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		return ';'
	}
	return ','
}

// header tells where each column is.
func header(lines *csv.Reader) (map[string]int, error) {
	names, err := lines.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, csvFault(err)
	}
	columns := map[string]int{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := columns[name]; twice && slices.Contains(neededColumns, name) {
			return nil, faults{{Name: "header." + name, Detail: "is there twice"}}.err()
		}
		columns[name] = i
	}
	var wrong faults
	for _, name := range neededColumns {
		if _, there := columns[name]; !there {
			wrong.add("header."+name, errors.New("this column is missing; the first line must name it"))
		}
	}
	return columns, wrong.err()
}

func csvFault(err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return faults{{Name: fmt.Sprintf("line %d", e.Line), Detail: e.Err.Error()}}.err()
	}
	return faults{{Name: "file", Detail: err.Error()}}.err()
}

// line is one line of the file.
type line struct {
	columns map[string]int
	fields  []string
	place   string
	wrong   *faults
}

// text is the text in a column; "" if the file has no such column.
func (l line) text(column string) string {
	if i, there := l.columns[column]; there {
		return oneLine(l.fields[i])
	}
	return ""
}

func (l line) read(all *named) {
	booked, err := readDay(l.text(columnDate))
	l.check(columnDate, err)
	currency := money.Currency(strings.ToUpper(l.text(columnCurrency)))
	amount, amountErr := writtenAmount(l.text(columnAmount), currency)
	column := columnAmount
	if !currency.Known() {
		column = columnCurrency
	}
	l.check(column, amountErr)
	if err != nil || amountErr != nil {
		return
	}
	account, id := l.text(columnAccount), l.text(columnID)
	all.add(l.place+"."+columnID, within(account, id), Receipt{
		Account: account, BookingDate: booked, Amount: amount, Reference: l.text(columnReference), Counterparty: l.text(columnName),
	})
}

func (l line) check(column string, err error) {
	if err != nil {
		l.wrong.add(l.place+"."+column, err)
	}
}

// The forms of days.
const (
	isoDay    = time.DateOnly
	germanDay = "02.01.2006"
)

func day(t time.Time) string { return t.Format(isoDay) }

func readDay(text string) (time.Time, error) {
	for _, form := range []string{isoDay, germanDay} {
		if t, err := time.Parse(form, text); err == nil && t.Year() > 0 {
			return t, nil
		}
	}
	return time.Time{}, errors.New("must be a day such as 2026-12-31 or 31.12.2026")
}
