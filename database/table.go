package database

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Table says how records of type T are stored: each column once. All SQL that lists the columns, and what is passed to it and
// scanned from it, is made from it. The SQL is the same in each engine: parameters are $1, $2, …, in their order in the text,
// since SQLite numbers them by their first appearance.
type Table[T any] struct {
	Name    string
	Key     int // the first Key columns are the primary key
	Columns []Column[T]
}

// Column is a column of a table, and the field of a record that it holds.
type Column[T any] struct {
	Name string
	// Field is where the value is: a *string, *int64, *int or *bool, or a Stored.
	Field func(*T) any
}

// Stored is a field that has another form in the database. It is an sql.Scanner.
type Stored interface {
	Scan(value any) error
	Value() (any, error)
}

// Names lists the columns of a table that has an alias in the query, for SELECT; "" is no alias.
func (t *Table[T]) Names(alias string) string {
	if alias != "" {
		alias += "."
	}
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = alias + c.Name
	}
	return strings.Join(names, ", ")
}

// Insert is the statement that inserts so many records; its arguments are those of Args.
func (t *Table[T]) Insert(records int) string {
	rows := make([]string, records)
	for i := range rows {
		rows[i] = "(" + parameters(i*len(t.Columns)+1, len(t.Columns)) + ")"
	}
	return `INSERT INTO ` + t.Name + ` (` + t.Names("") + `) VALUES ` + strings.Join(rows, ", ")
}

// parameters are so many placeholders, from a number on.
func parameters(first, count int) string {
	all := make([]string, count)
	for i := range all {
		all[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(all, ", ")
}

// Fields are the fields of a record in the order of its columns, to be scanned, and more after them.
func (t *Table[T]) Fields(record *T, more ...any) []any {
	fields := make([]any, 0, len(t.Columns)+len(more))
	for _, c := range t.Columns {
		fields = append(fields, c.Field(record))
	}
	return append(fields, more...)
}

// Args are the values of a record in the order of its columns.
func (t *Table[T]) Args(record *T) ([]any, error) {
	return t.args(make([]any, 0, len(t.Columns)), record, t.Columns)
}

func (t *Table[T]) args(args []any, record *T, of []Column[T]) ([]any, error) {
	for _, c := range of {
		value, err := value(c.Field(record))
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.Name, c.Name, err)
		}
		args = append(args, value)
	}
	return args, nil
}

// value is what a field holds, as it is stored.
func value(field any) (any, error) {
	switch f := field.(type) {
	case *string:
		return *f, nil
	case *int64:
		return *f, nil
	case *int:
		return int64(*f), nil
	case *bool:
		return *f, nil
	case Stored:
		return f.Value()
	}
	return nil, fmt.Errorf("a %T is not stored", field)
}

// Scan reads a record from a row, and more columns after its own.
func (t *Table[T]) Scan(row interface{ Scan(...any) error }, record *T, more ...any) error {
	return row.Scan(t.Fields(record, more...)...)
}

// Update is a statement that writes some columns of the record that has a key.
type Update[T any] struct {
	SQL     string
	table   *Table[T]
	columns []Column[T] // those that are written, and the key after them
}

// Update makes the statement for columns.
func (t *Table[T]) Update(names ...string) Update[T] {
	u := Update[T]{table: t}
	for _, name := range names {
		u.columns = append(u.columns, t.Columns[slices.IndexFunc(t.Columns, func(c Column[T]) bool { return c.Name == name })])
	}
	u.SQL = `UPDATE ` + t.Name + ` SET ` + equal(u.columns, 1, ", ") + ` WHERE ` + equal(t.Columns[:t.Key], len(names)+1, " AND ")
	u.columns = append(u.columns, t.Columns[:t.Key]...)
	return u
}

// Args are the arguments of the statement.
func (u Update[T]) Args(record *T) ([]any, error) {
	return u.table.args(make([]any, 0, len(u.columns)), record, u.columns)
}

// equal is columns that equal placeholders, from a number on.
func equal[T any](columns []Column[T], first int, separator string) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name + ` = $` + strconv.Itoa(first+i)
	}
	return strings.Join(all, separator)
}
