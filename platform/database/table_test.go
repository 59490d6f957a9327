package database_test

import (
	"database/sql"
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/storetest"
)

// stored are the values of a row as a database returns them.
type stored []any

// Scan reads the values.
func (s stored) Scan(dest ...any) error {
	if len(dest) != len(s) {
		return fmt.Errorf("%d columns, %d values", len(dest), len(s))
	}
	for i, to := range dest {
		if scanner, is := to.(sql.Scanner); is {
			if err := scanner.Scan(s[i]); err != nil {
				return err
			}
			continue
		}
		reflect.ValueOf(to).Elem().Set(reflect.ValueOf(s[i]).Convert(reflect.TypeOf(to).Elem()))
	}
	return nil
}

// TestEachFieldIsAColumn: a record that is written and read again is the same. The difference names a field without a
// column.
func TestEachFieldIsAColumn(t *testing.T) {
	eachFieldIsAColumn(t, database.Orders)
	eachFieldIsAColumn(t, database.Journal)
	eachFieldIsAColumn(t, database.Entries)
	eachFieldIsAColumn(t, database.Keys)
	eachFieldIsAColumn(t, database.CodeUses)
	eachFieldIsAColumn(t, database.Tallies)
	eachFieldIsAColumn(t, database.Slots)
	eachFieldIsAColumn(t, database.ReceiptRows)
	eachFieldIsAColumn(t, database.RulesVersions)
	eachFieldIsAColumn(t, database.RulesActivations)
	eachFieldIsAColumn(t, database.RulesReaders)
}

func eachFieldIsAColumn[T any](t *testing.T, table *database.Table[T]) {
	t.Helper()
	var want, got T
	storetest.Fill(&want, map[string]any{"Data": []byte(`{}`)})
	values, err := table.Args(&want)
	if err == nil {
		err = table.Scan(stored(values), &got)
	}
	if err != nil {
		t.Fatalf("%s: %v", table.Name, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: not every field has a column (- written, + read): %s", table.Name, diff)
	}
}
