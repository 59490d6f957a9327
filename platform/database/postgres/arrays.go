package postgres

import (
	"strconv"
	"strings"

	"acme.example/webshop/platform/database"
)

// insertArrays is the statement that inserts any number of records; its arguments are those of arrays.
func insertArrays[T any](t *database.Table[T]) string {
	types := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		kind := t.SQLType(i)
		if c.Name == "event_id" {
			kind = "uuid"
		}
		types[i] = "$" + strconv.Itoa(i+1) + "::" + kind + "[]"
	}
	return `INSERT INTO ` + t.Name + ` (` + t.Names("") + `) SELECT * FROM unnest(` + strings.Join(types, ", ") + `)`
}

// arrays returns one array per column of the records.
func arrays[T any](t *database.Table[T], records []T) ([]any, error) {
	columns := make([]any, len(t.Columns))
	for i := range records {
		args, err := t.Args(&records[i])
		if err != nil {
			return nil, err
		}
		for c, arg := range storable(args) {
			switch v := arg.(type) {
			case string:
				columns[c] = with(columns[c], v)
			case int64:
				columns[c] = with(columns[c], v)
			case bool:
				columns[c] = with(columns[c], v)
			}
		}
	}
	return columns, nil
}

// with appends a value to an array, which may be nil.
func with[V any](array any, value V) []V {
	values, _ := array.([]V)
	return append(values, value)
}
