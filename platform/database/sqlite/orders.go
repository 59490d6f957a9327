package sqlite

import (
	"database/sql"
	"errors"
	"fmt"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

var orderColumns = database.Orders.Names("")

// load reads an order into o; fault.NotFound if there is none. Number 0 reads nothing.
func (t *tx) load(id int64, o *order.Order) error {
	if id == 0 {
		return nil
	}
	known, ok := t.orders.all[id]
	if ok {
		*o = *known
		return nil
	}
	err := scanOrder(t.row(`SELECT `+orderColumns+` FROM orders WHERE order_id = ?`, id), id, o)
	if err == nil {
		known := *o
		t.keep(&known)
	}
	return err
}

func scanOrder(row scanner, id int64, o *order.Order) error {
	err := database.Orders.Scan(row, o)
	if errors.Is(err, sql.ErrNoRows) {
		return database.NoOrder(id)
	}
	if err != nil {
		return fmt.Errorf("sqlite: read order: %w", err)
	}
	return nil
}
