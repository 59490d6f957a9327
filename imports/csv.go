package imports

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// null reports whether a field of CSV means NULL; a quoted one is a text.
func null(field field) bool {
	return !field.quoted && (field.text == "" || field.text == "NULL" || field.text == `\N`)
}

// field is a field of a record.
type field struct {
	text   string
	quoted bool
	long   bool
}

// readCSV reads the rows of the table from CSV (RFC 4180) with a header. With escapes, a backslash escapes, as MySQL's SELECT …
// INTO OUTFILE writes it.
func readCSV(r io.Reader, escapes bool, each func(Row) error) error {
	c := &records{in: bufio.NewReaderSize(r, 64<<10), line: 1, escapes: escapes}
	header, _, err := c.next()
	if err != nil {
		return err
	}
	columns, err := columnsOf(header)
	if err != nil {
		return err
	}
	for number := 1; ; number++ {
		fields, line, err := c.next()
		switch {
		case err != nil:
			return err
		case fields == nil && number == 1:
			return errNoRows
		case fields == nil:
			return nil
		}
		if err := each(record(number, line, columns, fields)); err != nil {
			return err
		}
	}
}

// columnsOf reads the header, which must name all columns, in any order.
func columnsOf(header []field) (columns []string, err error) {
	var row Row
	row.Values = map[string]string{}
	for _, f := range header {
		row.set(strings.TrimSpace(f.text), "")
		columns = append(columns, strings.TrimSpace(f.text))
	}
	var missing []string
	for _, column := range Columns {
		if _, there := row.Values[column]; !there {
			missing = append(missing, column)
		}
	}
	if len(missing) == len(Columns) {
		return nil, fmt.Errorf("the file is neither an SQL dump nor CSV with the columns of the table %s in its first line", Table)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the first line of the CSV file lacks the columns %s", strings.Join(missing, ", "))
	}
	return columns, nil
}

func record(number, line int, columns []string, fields []field) Row {
	row := Row{Number: number, Line: line, Values: map[string]string{}}
	for i, f := range fields[:min(len(fields), len(columns))] {
		if !null(f) {
			row.set(columns[i], f.text)
		}
	}
	if len(fields) != len(columns) {
		row.Wrong = fmt.Sprintf("it has %d fields, and the first line %d", len(fields), len(columns))
	}
	if slices.ContainsFunc(fields, func(f field) bool { return f.long }) {
		row.Wrong = fmt.Sprintf("a field has more than %d bytes", maxText)
	}
	return row
}

// records splits CSV into records.
type records struct {
	in      *bufio.Reader
	line    int
	escapes bool
}

// next returns the fields of the next record that is not an empty line, and its first line; nil at the end.
func (c *records) next() (fields []field, line int, err error) {
	for {
		line = c.line
		var more bool
		var f field
		for more = true; more; {
			if f, more, err = c.field(); err != nil {
				return nil, line, err
			}
			fields = append(fields, f)
		}
		if len(fields) > 1 || f.text != "" || f.quoted {
			return fields, line, nil
		}
		if _, err := c.in.Peek(1); err == io.EOF {
			return nil, line, nil
		} else if err != nil {
			return nil, line, fmt.Errorf("line %d: %w", c.line, err)
		}
		fields = nil
	}
}

// field returns the next field, and whether another one follows in the record.
func (c *records) field() (f field, more bool, err error) {
	var content []byte
	keep := func(b ...byte) {
		if f.long = f.long || len(content) >= maxText; !f.long {
			content = append(content, b...)
		}
	}
	inside := false // quotes
	for {
		b, err := c.in.ReadByte()
		if b == '\n' && err == nil {
			c.line++
		}
		switch {
		case err == io.EOF && inside:
			return f, false, fmt.Errorf("line %d: a quote is never closed: the file is cut off", c.line)
		case err != nil && err != io.EOF:
			return f, false, fmt.Errorf("line %d: %w", c.line, err)
		case err == io.EOF, !inside && (b == ',' || b == '\n'):
			if !f.quoted && b == '\n' {
				content = []byte(strings.TrimSuffix(string(content), "\r"))
			}
			f.text = string(content)
			return f, b == ',' && err == nil, nil
		case b == '"' && !f.quoted && len(content) == 0:
			f.quoted, inside = true, true
		case b == '"' && inside:
			if next, _ := c.in.Peek(1); len(next) == 1 && next[0] == '"' {
				_, _ = c.in.ReadByte() // it was peeked at
				keep('"')
			} else {
				inside = false
			}
		case b == '\\' && c.escapes:
			next, err := c.in.ReadByte()
			if err != nil {
				continue // the next byte decides
			}
			if next == 'N' && !inside && len(content) == 0 {
				keep('\\', 'N')
				continue
			}
			if next == '\n' {
				c.line++
			}
			keep(unescaped(next)...)
		case b == '\r' && f.quoted && !inside:
		case f.quoted && !inside:
			return f, false, fmt.Errorf("line %d: a quote in the middle of a field; it must be doubled", c.line)
		default:
			keep(b)
		}
	}
}
