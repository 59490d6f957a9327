// Package audit proves or disproves, order by order, what the shop promises. It reads the database, the partners' own
// records, the mails and the alerts, and shares no code with what it checks: it has its own SQL, its own table of who
// hears what and its own idea of a legal life, written from the documents (docs/events.md, docs/architecture.md).
//
// It guarantees:
//   - It changes nothing: the database is opened read-only, and the partners are only asked for their records.
//   - It asks the same questions of SQLite and of PostgreSQL, by the same code.
//   - It runs beside a live shop without false alarms. What the database says is one snapshot. A partner's records are
//     read before it and after it: that a record has its order is asked of those that were there before, because the
//     order was committed before the partner was called; that an order has its record is asked of all, because the
//     record was made before the receipt was. What is found is looked for once more, later, and only what is still
//     there is told.
//   - What it could not check, it says: a partner that was not named, has been restarted, or keeps its newest records
//     only is no proof of anything that is older. So are a mailbox that forgets and a listener without alerts.
//   - A type of event, a subscriber, a status or a kind of ledger entry that it does not know is a finding, not a gap.
//
// Memory: the orders are read a thousand at a time; the partners' records are kept, about 300 bytes each.
package audit
