package imports

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

var errIncomplete = errors.New(`the dump is cut off: its last line does not say "Dump completed"`)

// dump reads the statements of a dump.
type dump struct {
	*lexer
	columns []string // of the table, from its CREATE TABLE statement
	rows    int
	each    func(Row) error
}

// readDump reads the rows of the table from a dump.
func readDump(r io.Reader, each func(Row) error) error {
	d := &dump{lexer: newLexer(r), columns: Columns, each: each}
	for {
		t, err := d.next()
		if err != nil {
			return err
		}
		if t.kind == ended {
			return d.end()
		}
		if err := d.statement(t); err != nil {
			return err
		}
	}
}

func (d *dump) end() error {
	switch {
	case d.header && !d.completed:
		return errIncomplete
	case d.rows == 0:
		return errNoRows
	}
	return nil
}

func (d *dump) statement(first token) error {
	switch {
	case first.is(";"):
		return nil
	case first.is("DELIMITER"):
		return d.program()
	case first.is("INSERT") || first.is("REPLACE"):
		return d.insert()
	case first.is("CREATE"):
		return d.create()
	}
	return d.skip()
}

// skip reads to the end of a statement.
func (d *dump) skip() error {
	for {
		t, err := d.next()
		switch {
		case err != nil:
			return err
		case t.kind == ended:
			return errTruncated
		case t.is(";"):
			return nil
		}
	}
}

// program skips a trigger or a procedure: lines until the delimiter is a semicolon again.
func (d *dump) program() error {
	for begun := false; ; begun = true {
		line, more, err := d.in.ReadLine() // part of a very long line
		if !more {
			d.line++
		}
		fields := strings.Fields(string(line))
		if !begun && slices.Equal(fields, []string{";"}) || len(fields) == 2 && strings.EqualFold(fields[0], "DELIMITER") && fields[1] == ";" {
			return nil
		}
		if err == io.EOF {
			return errTruncated
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", d.line, err)
		}
	}
}

// table reads the name of a table, with or without its database, and reports whether it is the wanted one.
func (d *dump) table(t token) (bool, error) {
	name := t.name()
	for {
		next, err := d.peek()
		if err != nil {
			return false, err
		}
		if next.kind == word && strings.HasPrefix(next.text, ".") || next.kind == quoted && strings.HasSuffix(name, ".") {
			name += next.text
			d.peeked = nil
			continue
		}
		parts := strings.Split(name, ".")
		return strings.EqualFold(parts[len(parts)-1], Table), nil
	}
}

// create reads the columns of the table.
func (d *dump) create() error {
	if t, err := d.next(); err != nil || !t.is("TABLE") {
		d.peeked = &t
		if err != nil {
			return err
		}
		return d.skip()
	}
	t, err := d.next()
	for err == nil && (t.is("IF") || t.is("NOT") || t.is("EXISTS")) {
		t, err = d.next()
	}
	if err != nil {
		return err
	}
	mine, err := d.table(t)
	if err != nil || !mine {
		if err != nil {
			return err
		}
		return d.skip()
	}
	return d.definitions()
}

// keys are the first words of definitions that are not columns.
var keys = []string{"PRIMARY", "KEY", "UNIQUE", "INDEX", "CONSTRAINT", "FULLTEXT", "SPATIAL", "FOREIGN", "CHECK", "PERIOD"}

func (d *dump) definitions() error {
	var columns []string
	depth := 0
	for begins := false; ; {
		t, err := d.next()
		switch {
		case err != nil:
			return err
		case t.kind == ended:
			return errTruncated
		case t.is(";"):
			d.columns = columns
			return nil
		case t.is("("):
			depth++
			begins = depth == 1
			continue
		case t.is(")"):
			depth--
		case t.is(",") && depth == 1:
			begins = true
			continue
		case begins && depth == 1 && t.name() != "" && (t.kind != word || !slices.Contains(keys, strings.ToUpper(t.text))):
			columns = append(columns, t.name())
		}
		begins = false
	}
}

// insert reads the rows of a statement, if they are of the table.
func (d *dump) insert() error {
	t, err := d.next()
	for err == nil && slices.ContainsFunc([]string{"INTO", "IGNORE", "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY"}, t.is) {
		t, err = d.next()
	}
	if err != nil {
		return err
	}
	if mine, err := d.table(t); err != nil || !mine {
		if err != nil {
			return err
		}
		return d.skip()
	}
	columns, err := d.list(d.columns)
	if err != nil {
		return err
	}
	if t, err = d.next(); err != nil || !t.is("VALUES") && !t.is("VALUE") {
		if err == nil && t.kind == ended {
			err = errTruncated
		}
		if err != nil {
			return err
		}
		return fmt.Errorf("line %d: an INSERT of a form that is not known; it must be INSERT INTO %s VALUES (…)", t.line, Table)
	}
	return d.values(columns)
}

// list reads the column names before the values; by default they are the table's.
func (d *dump) list(columns []string) ([]string, error) {
	if t, err := d.peek(); err != nil || !t.is("(") {
		return columns, err
	}
	columns = nil
	for {
		t, err := d.next()
		switch {
		case err != nil:
			return nil, err
		case t.kind == ended:
			return nil, errTruncated
		case t.is(")"):
			return columns, nil
		case t.name() != "":
			columns = append(columns, t.name())
		}
	}
}

// values reads rows to the end of the statement.
func (d *dump) values(columns []string) error {
	for {
		t, err := d.next()
		switch {
		case err != nil:
			return err
		case t.kind == ended:
			return errTruncated
		case t.is(";"):
			return nil
		case t.is(","):
		case t.is("("):
			if err := d.row(t.line, columns); err != nil {
				return err
			}
		case t.is("ON"):
			return d.skip()
		default:
			return fmt.Errorf("line %d: %q where a row is expected", t.line, t.text)
		}
	}
}

// row reads one row, and passes it on.
func (d *dump) row(line int, columns []string) error {
	d.rows++
	row := Row{Number: d.rows, Line: line, Values: map[string]string{}}
	count := 0
	for {
		value, null, last, err := d.value(&row)
		if err != nil {
			return err
		}
		if count < len(columns) && !null {
			row.set(columns[count], value)
		}
		count++
		if last {
			break
		}
	}
	if count != len(columns) {
		row.Wrong = fmt.Sprintf("it has %d values, and the table %d columns", count, len(columns))
	}
	return d.each(row)
}

// value reads a value, and the comma or bracket behind it.
func (d *dump) value(row *Row) (value string, null, last bool, err error) {
	for given := 0; ; given++ {
		t, err := d.next()
		switch {
		case err != nil:
			return "", false, false, err
		case t.kind == ended:
			return "", false, false, errTruncated
		case t.is(",") || t.is(")"):
			if given == 0 {
				row.Wrong = "a value is missing"
			}
			return value, null, t.is(")"), nil
		case t.is(";"):
			return "", false, false, fmt.Errorf("line %d: a statement ends in the middle of a row", t.line)
		case given == 1 && (strings.HasPrefix(value, "_") || strings.EqualFold(value, "N")) && t.kind == text && !null: // _binary 'text'
			value = t.text
		case given == 1 && strings.EqualFold(value, "X") && t.kind == text:
			value = unhex(t.text, row)
		case given > 0:
			row.Wrong = fmt.Sprintf("%q is no value that can be read", value+" "+t.text)
		default:
			value, null = t.text, t.kind == word && strings.EqualFold(t.text, "NULL")
			if t.kind == word && strings.HasPrefix(t.text, "0x") {
				value = unhex(t.text[2:], row)
			}
		}
		if t.long {
			row.Wrong = fmt.Sprintf("a value has more than %d bytes", maxText)
		}
	}
}

// unhex decodes the output of --hex-blob.
func unhex(digits string, row *Row) string {
	value, err := hex.DecodeString(digits)
	if err != nil {
		row.Wrong = "a value is not hexadecimal"
	}
	return string(value)
}

// set stores a value under the table's name for its column.
func (r *Row) set(column, value string) {
	for _, known := range Columns {
		if strings.EqualFold(known, column) {
			column = known
		}
	}
	r.Values[column] = value
}
