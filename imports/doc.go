// Package imports reads the table Orders of the system that this shop replaces, as a dump of MySQL or MariaDB or as CSV,
// and converts its rows to orders.
//
// It guarantees: a file is read as a stream, in bounded memory; a row that cannot be an order is reported with its
// number, line and order number, and does not stop the others from being read; a dump that ends too early is an error.
package imports

import "errors"

// Table is the name of the table.
const Table = "Orders"

// Columns are the columns of the table, in order.
var Columns = []string{
	"OrderId", "CustomerName", "CustomerEmail", "CustomerPhone", "CustomerStreet", "CustomerCity", "CustomerType", "CustomerMarket",
	"OrderedProducts", "TotalPrice", "DeliveryTime", "Status", "OrgNumber", "TestId",
}

// Row is a row of the table in the file.
type Row struct {
	Number int               // from 1
	Line   int               // its first line
	Values map[string]string // by column; NULL is missing
	Wrong  string            // why it cannot be read; "" if it can
}

// maxText bounds a text of a row, in bytes. The longest column has 200 characters.
const maxText = 64 << 10

var errNoRows = errors.New("the file has no row of the table " + Table)
