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

// Table says how records of type T are stored. It names each column once; all SQL that lists columns, its arguments and
// its scan targets are made from it. The SQL is the same in each engine: parameters are $1, $2, … in the order of their
// first use, since SQLite numbers them by their first appearance.
type Table[T any] struct {
	Name    string
	Key     int // the first Key columns are the primary key
	Columns []Column[T]

	updates sync.Map // statements by the set of written columns, as bits
}

// Column is a column of a table and the field of a record that it holds.
type Column[T any] struct {
	Name string
	// Field returns a pointer to the value: a *string, *int64, *int or *bool, or a Stored.
	Field func(*T) any
}

// Stored is a field that has another form in the database. It is an sql.Scanner.
type Stored interface {
	Scan(value any) error
	Value() (any, error)
}

// Names lists the columns of a table for SELECT, with the table's alias in the query if it is not "".
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

// SQLType is the type of a column in SQL that each engine knows.
func (t *Table[T]) SQLType(column int) string {
	switch t.Columns[column].Field(new(T)).(type) {
	case *int64, *int, *Millis, derivedTime:
		return "bigint"
	case *bool, derived:
		return "boolean"
	}
	return "text"
}

// Fields returns the fields of a record in the order of its columns, as scan targets, followed by more.
func (t *Table[T]) Fields(record *T, more ...any) []any {
	fields := make([]any, 0, len(t.Columns)+len(more))
	for _, c := range t.Columns {
		fields = append(fields, c.Field(record))
	}
	return append(fields, more...)
}

// Scan reads a record from a row, and more from the columns after its own.
func (t *Table[T]) Scan(row interface{ Scan(...any) error }, record *T, more ...any) error {
	return row.Scan(t.Fields(record, more...)...)
}

// Row returns the stored values of a record by column.
func (t *Table[T]) Row(record *T) (map[string]any, error) {
	values, err := t.Args(record)
	row := map[string]any{}
	for i, v := range values {
		row[t.Columns[i].Name] = v
	}
	return row, err
}

// Args returns the values of a record in the order of its columns.
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

// value returns a field's value as it is stored.
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

// same reports whether two fields of a column have equal values.
func same(a, b any) bool {
	switch a := a.(type) {
	case *string:
		return *a == *b.(*string)
	case *int64:
		return *a == *b.(*int64)
	case *Millis:
		return ToMillis(time.Time(*a)) == ToMillis(time.Time(*b.(*Millis)))
	case derivedTime:
		return ToMillis(a.says(*a.of)) == ToMillis(b.(derivedTime).says(*b.(derivedTime).of))
	case derived:
		return a.says(*a.of) == b.(derived).says(*b.(derived).of)
	}
	return reflect.DeepEqual(a, b)
}

// InsertSQL is the statement that inserts a number of records; its arguments are those of Args.
func (t *Table[T]) InsertSQL(records int) string {
	rows := make([]string, records)
	for i := range rows {
		rows[i] = "(" + t.parameters(i*len(t.Columns)+1, "$%d") + ")"
	}
	return `INSERT INTO ` + t.Name + ` (` + t.Names("") + `) VALUES ` + strings.Join(rows, ", ")
}

// AbsentSQL is the statement that inserts a record if its key is not there yet. It looks for the key first, since
// triggers of append-only tables refuse an insert with an existing key.
func (t *Table[T]) AbsentSQL() string {
	return `INSERT INTO ` + t.Name + ` (` + t.Names("") + `) SELECT ` + t.parameters(1, "CAST($%d AS %s)") +
		` WHERE NOT EXISTS (SELECT 1 FROM ` + t.Name + ` WHERE ` + equal(t.Columns[:t.Key], 1, " AND ") + `) ON CONFLICT DO NOTHING`
}

// SaveSQL is the statement that inserts a record, or else updates the named columns, by default all. A column with a + is
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

// DeleteSQL is the statement that deletes the records with given values in their first columns.
func (t *Table[T]) DeleteSQL(columns int) string {
	return `DELETE FROM ` + t.Name + ` WHERE ` + equal(t.Columns[:columns], 1, " AND ")
}

// parameters are placeholders for all columns, numbered from first; format receives the number, and the type if it asks
// for it.
func (t *Table[T]) parameters(first int, format string) string {
	all := make([]string, len(t.Columns))
	for i := range all {
		all[i] = strings.NewReplacer("%d", strconv.Itoa(first+i), "%s", t.SQLType(i)).Replace(format)
	}
	return strings.Join(all, ", ")
}

// equal is a comparison of columns with placeholders, numbered from first.
func equal[T any](columns []Column[T], first int, separator string) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.Name + ` = $` + strconv.Itoa(first+i)
	}
	return strings.Join(all, separator)
}

// update is a statement that updates some columns of a record by its key.
type update[T any] struct {
	sql     string
	columns []Column[T] // the updated columns, then the key
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
