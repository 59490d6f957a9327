// Package audit proves or disproves, order by order, what the shop promises. It reads the database, the partners' own records, the
// mails and the alerts. It shares no code with what it checks: it has its own SQL, table of subscribers and legal moves, written
// from docs/events.md, docs/architecture.md, docs/rules.md and docs/api.md.
//
// It guarantees:
//   - It changes nothing: the database is opened read-only, and partners are only asked for their records.
//   - It asks the same questions of SQLite and of PostgreSQL, by the same code.
//   - It runs beside a live shop without false alarms. The database is read in one snapshot. A partner's records are read before and
//     after it: that a record has its order is checked for those read before, because the order is committed before the partner is
//     called; that an order has its record is checked against all, because the record is made before the receipt is marked. Findings
//     are checked again, later, and only those that remain are reported.
//   - It says what it could not check: a partner that was not named, was restarted, or keeps its newest records only proves nothing
//     about earlier ones; likewise a mailbox that forgets and a listener without alerts.
//   - It makes the price and the taxes of each order again, from the text of the version of the rules that the order names, by
//     arithmetic of its own: orders and ledger that are wrong alike are found.
//   - An unknown type of event, subscriber, status or kind of ledger entry is a finding.
//
// Orders are read a thousand at a time; partners' records take about 300 bytes each.
package audit
