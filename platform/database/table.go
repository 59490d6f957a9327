package database

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Table says how records of type T are stored: each column once. All SQL that lists the columns, and what is passed to it and
// scanned from it, is made from it. The SQL is the same in each engine: parameters are $1, $2, …, in their order in the text,
// since SQLite numbers them by their first appearance.
type Table[T any] struct {
	Name    string
	Key     int // the first Key columns are the primary key
	Columns []Column[T]

	updates sync.Map // of the columns that are written, as bits, to the statement
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

// SQLType is the type of a column's values, in SQL that each engine knows.
func (t *Table[T]) SQLType(column int) string {
	switch t.Columns[column].Field(new(T)).(type) {
	case *int64, *int, *Millis:
		return "bigint"
	case *bool, *finality:
		return "boolean"
	}
	return "text"
}

// Fields are the fields of a record in the order of its columns, to be scanned, and more after them.
func (t *Table[T]) Fields(record *T, more ...any) []any {
	fields := make([]any, 0, len(t.Columns)+len(more))
	for _, c := range t.Columns {
		fields = append(fields, c.Field(record))
	}
	return append(fields, more...)
}

// Scan reads a record from a row, and more columns after its own.
func (t *Table[T]) Scan(row interface{ Scan(...any) error }, record *T, more ...any) error {
	return row.Scan(t.Fields(record, more...)...)
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

// same reports whether two fields of a column hold the same.
func same(a, b any) bool {
	switch a := a.(type) {
	case *string:
		return *a == *b.(*string)
	case *int64:
		return *a == *b.(*int64)
	case *Millis:
		return ToMillis(time.Time(*a)) == ToMillis(time.Time(*b.(*Millis)))
	case *finality:
		return a.Status.Final() == b.(*finality).Status.Final()
	}
	return reflect.DeepEqual(a, b)
}

// InsertSQL is the statement that inserts so many records; its arguments are those of Args.
func (t *Table[T]) InsertSQL(records int) string {
	rows := make([]string, records)
	for i := range rows {
		rows[i] = "(" + t.parameters(i*len(t.Columns)+1, "$%d") + ")"
	}
	return `INSERT INTO ` + t.Name + ` (` + t.Names("") + `) VALUES ` + strings.Join(rows, ", ")
}

// AbsentSQL inserts a record unless there is one with its key. By a trigger, some tables refuse to be asked for more.
func (t *Table[T]) AbsentSQL() string {
	return `INSERT INTO ` + t.Name + ` (` + t.Names("") + `) SELECT ` + t.parameters(1, "CAST($%d AS %s)") +
		` WHERE NOT EXISTS (SELECT 1 FROM ` + t.Name + ` WHERE ` + equal(t.Columns[:t.Key], 1, " AND ") + `) ON CONFLICT DO NOTHING`
}

// SaveSQL inserts a record, or writes columns of the one that has its key: all of them when none is named. A column with a + is
// added to.
func (t *Table[T]) SaveSQL(columns ...string) string {
	if columns == nil {
		columns = strings.Split(t.Names(""), ", ")[t.Key:]
	}
	set := make([]string, len(columns))
	for i, c := range columns {
		name, added := strings.CutPrefix(c, "+")
		set[i] = name + ` = excluded.` + name
		if added {
			set[i] = name + ` = ` + t.Name + `.` + name + ` + excluded.` + name
		}
	}
	key := strings.Join(strings.Split(t.Names(""), ", ")[:t.Key], ", ")
	return t.InsertSQL(1) + ` ON CONFLICT (` + key + `) DO UPDATE SET ` + strings.Join(set, ", ")
}

// DeleteSQL deletes the records whose first columns have certain values.
func (t *Table[T]) DeleteSQL(columns int) string {
	return `DELETE FROM ` + t.Name + ` WHERE ` + equal(t.Columns[:columns], 1, " AND ")
}

// parameters are placeholders for all columns, from a number on: formatted with the number, and the type if asked for.
func (t *Table[T]) parameters(first int, format string) string {
	all := make([]string, len(t.Columns))
	for i := range all {
		all[i] = strings.NewReplacer("%d", strconv.Itoa(first+i), "%s", t.SQLType(i)).Replace(format)
	}
	return strings.Join(all, ", ")
}

// equal is columns that equal placeholders, from a number on.
func equal[T any](columns []Column[T], first int, separator string) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name + ` = $` + strconv.Itoa(first+i)
	}
	return strings.Join(all, separator)
}

// update is a statement that writes some columns of the record that has a key.
type update[T any] struct {
	sql     string
	columns []Column[T] // those that are written, and the key after them
}

func (t *Table[T]) update(changed uint64) update[T] {
	if known, ok := t.updates.Load(changed); ok {
		return known.(update[T])
	}
	var set []Column[T]
	for i, c := range t.Columns {
		if changed&(1<<i) != 0 {
			set = append(set, c)
		}
	}
	key := t.Columns[:t.Key]
	u := update[T]{
		sql:     `UPDATE ` + t.Name + ` SET ` + equal(set, 1, ", ") + ` WHERE ` + equal(key, len(set)+1, " AND "),
		columns: slices.Concat(set, key),
	}
	t.updates.Store(changed, u)
	return u
}
