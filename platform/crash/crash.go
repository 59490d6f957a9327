// Package crash names the points at which a crash would do most harm, so that webshop torture can kill the shop at
// exactly these.
//
// In a normal build, At and On are empty and cost nothing. In a build with the tag crashpoints, WEBSHOP_CRASH=name:nth in
// the environment makes the process kill itself with SIGKILL when it passes the point of that name for the nth time.
package crash

// Point is a moment between two steps that a crash must not separate.
type Point struct{ Name, Between string }

// Points are all points, in the order of an order's life. A test checks that the code passes each of them.
var Points = []Point{
	{"start.before-migrations", "the database file is there, its tables are not up to date"},
	{"start.after-migrations", "the tables are up to date, nothing runs yet"},
	{"start.before-relay", "subscribers run, and what an earlier life left behind is not published"},
	{"start.before-serving", "the relay runs, and the listeners answer nobody yet"},
	{"store.before-commit", "all writes of a transaction are made, and not committed"},
	{"store.after-commit", "the transaction is committed, and the relay does not know of its events"},
	{"store.after-telling", "the relay knows, and the caller is not answered"},
	{"order.before-charge", "the order is stored, and its payment is not asked for"},
	{"order.after-charge", "the money is taken, and the order does not know"},
	{"order.after-settling", "the provider told of an old charge, and the order does not know"},
	{"relay.after-lease", "receipts that were due are put off, and their events are not published again"},
	{"relay.before-publish", "an event is committed, and not published"},
	{"relay.after-publish", "an event is published, and not handled"},
	{"bus.before-handler", "an event arrived, and nothing was done about it"},
	{"fraud.after-check", "the fraud check has answered, and the shop does not know"},
	{"stock.after-refill", "the stockist has the plants, and the shop does not know"},
	{"finance.after-booking", "the books have the money, and the receipt is still pending"},
	{"email.after-sending", "the mail server has the mail, and its receipt is pending"},
	{"bus.after-effect", "an effect outside the database is made, and its receipt is pending"},
	{"order.after-refund", "the money is given back, and the order does not know"},
	{"bus.before-ack", "the outcome is stored, and the bus would deliver the event again"},
	{"stop.intake-closed", "the public listener is closed, and handlers are at work"},
	{"stop.before-closing", "all work has ended, and the database is open"},
}
