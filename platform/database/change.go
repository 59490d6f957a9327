package database

// Change is a write of one record, or the deletion of all records that share its first columns.
type Change struct {
	SQL     string
	Args    []any
	Record  any  // a pointer to the record to be stored or deleted
	Deleted bool // whether it is deleted
	// Last is set for a row that many orders change without a lock. An engine whose transactions run concurrently writes such
	// rows after all others, in the order of Last, so that they do not deadlock.
	Last string
}

// change writes all columns of a record with a statement.
func (t *Table[T]) change(sql string, record *T) (Change, error) {
	args, err := t.Args(record)
	return Change{SQL: sql, Args: args, Record: record}, err
}

// Update writes the changed columns of a record; changed is false if there are none.
func (t *Table[T]) Update(before, after *T) (c Change, changed bool, err error) {
	var columns uint64
	for i, column := range t.Columns {
		if !same(column.Field(before), column.Field(after)) {
			columns |= 1 << i
		}
	}
	if columns == 0 {
		return Change{}, false, nil
	}
	u := t.update(columns)
	args, err := t.args(make([]any, 0, len(u.columns)), after, u.columns)
	return Change{SQL: u.sql, Args: args, Record: after}, true, err
}

// delete deletes the records that share the first columns of record; sql is the statement of DeleteSQL for as many
// columns.
func (t *Table[T]) delete(sql string, record *T, columns int) (Change, error) {
	args, err := t.args(make([]any, 0, columns), record, t.Columns[:columns])
	return Change{SQL: sql, Args: args, Record: record, Deleted: true}, err
}
