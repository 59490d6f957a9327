// Package books keeps the shop's books in double entry, as an accountant closes a month with: journal entries with numbers
// without gaps, accounts, documents, periods and reports. It computes only; platform/database stores what it makes.
//
// The ledger (package finance) says of each order which money moved and what it is owed for, in the transaction of the order's
// change. The books follow it: the bookkeeper reads what is new in the ledger and enters it here, one order after the
// other, so that numbers have no gaps and each entry seals the one before by its hash.
//
// It guarantees: the lines of an entry come to zero, in its currency and in the shop's own; what an order has in the accounts
// depends on what happened to it and not on how often it was entered; an entry is never changed, and a change that is made
// behind the program's back is found (Verify).
package books
