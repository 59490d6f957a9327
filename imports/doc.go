// Package imports reads the table Orders of the system that this shop replaces, as a dump of MySQL or MariaDB or as CSV, and
// makes orders of its rows.
//
// It guarantees: a file is read as a stream, in bounded memory; a row that cannot be an order is reported with its number, line and
// order number, and does not keep the others from being read; a dump that ends too early is an error.
package imports

import "errors"

// Table is the name of the table.
const Table = "Orders"

// Columns are those of the table, in its order.
var Columns = []string{
	"OrderId", "CustomerName", "CustomerEmail", "CustomerPhone", "CustomerStreet", "CustomerCity", "CustomerType", "CustomerMarket",
	"OrderedProducts", "TotalPrice", "DeliveryTime", "Status", "OrgNumber", "TestId",
}

// Row is a row of the table as it is in the file.
type Row struct {
	Number int               // from 1
	Line   int               // where it begins
	Values map[string]string // by column; NULL is missing
	Wrong  string            // why it cannot be read; "" if it can
}

// maxText bounds a text of a row, in bytes. The longest column has 200 characters.
const maxText = 64 << 10

var errNoRows = errors.New("the file has no row of the table " + Table)
