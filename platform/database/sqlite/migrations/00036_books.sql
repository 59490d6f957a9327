-- +goose Up
-- The books: entries of the journal, sealed one by the other, with what follows from them. The shop's ledger of before stays what orders
-- write; what is new in it waits in unbooked until the bookkeeper enters it. What is there now is in the opening entry.
CREATE TABLE book_entries (
    number   INTEGER PRIMARY KEY, -- from 1, without gaps
    order_id INTEGER NOT NULL,    -- 0: of none
    day      TEXT    NOT NULL,    -- on which it is booked
    entry_key TEXT,               -- of what a person entered
    data     TEXT    NOT NULL,    -- the entry as JSON
    hash     TEXT    NOT NULL     -- SHA-256 of data, in which the hash of the entry before is
) STRICT;
CREATE INDEX book_entries_of_order ON book_entries (order_id) WHERE order_id > 0;
CREATE INDEX book_entries_of_day ON book_entries (day, number);
CREATE UNIQUE INDEX book_entries_once ON book_entries (entry_key) WHERE entry_key IS NOT NULL;
-- Documents have numbers without gaps in each series. Due is '' where nothing is owed.
CREATE TABLE book_documents (
    series   TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    kind     TEXT    NOT NULL, -- invoice, receipt or credit-note
    order_id INTEGER NOT NULL,
    about    TEXT    NOT NULL, -- the kind of the ledger's entry that it is about
    day      TEXT    NOT NULL,
    due      TEXT    NOT NULL,
    total    INTEGER NOT NULL,
    tax      INTEGER NOT NULL,
    currency TEXT    NOT NULL,
    PRIMARY KEY (series, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX book_documents_of_order ON book_documents (order_id, about);
CREATE INDEX book_documents_of_day ON book_documents (day);
CREATE INDEX book_documents_by_due_day ON book_documents (due) WHERE due <> '';
-- What came into each account on a day, and went out.
CREATE TABLE book_totals (
    day      TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    currency TEXT    NOT NULL,
    debit    INTEGER NOT NULL,
    credit   INTEGER NOT NULL,
    own      INTEGER NOT NULL, -- debits less credits in the company's currency
    base     INTEGER NOT NULL, -- of a tax
    PRIMARY KEY (day, account, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE book_periods (
    period    TEXT    NOT NULL PRIMARY KEY, -- a month that is closed, as 2026-12
    closed_by TEXT    NOT NULL,
    closed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE book_rates (
    currency TEXT    NOT NULL,
    day      TEXT    NOT NULL,
    rate     TEXT    NOT NULL, -- units of the currency to one of the company's
    source   TEXT    NOT NULL,
    author   TEXT    NOT NULL,
    PRIMARY KEY (currency, day)
) STRICT, WITHOUT ROWID;
CREATE TABLE unbooked (
    order_id INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    PRIMARY KEY (order_id, kind)
) STRICT, WITHOUT ROWID;
-- Orders whose market's carrier reports nothing: they count as handed over when their window has ended.
CREATE TABLE handovers (
    order_id INTEGER NOT NULL PRIMARY KEY,
    due      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX handovers_due ON handovers (due);
-- +goose StatementBegin
CREATE TRIGGER ledger_is_to_be_booked AFTER INSERT ON ledger WHEN NOT NEW.test
BEGIN INSERT INTO unbooked (order_id, kind) VALUES (NEW.order_id, NEW.kind); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER book_entries_keep_what_is_written BEFORE UPDATE ON book_entries
BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER book_entries_keep_all BEFORE DELETE ON book_entries
BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER book_documents_keep_what_is_written BEFORE UPDATE ON book_documents
BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER book_documents_keep_all BEFORE DELETE ON book_documents
BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER book_periods_stay_closed BEFORE DELETE ON book_periods
BEGIN SELECT RAISE(ABORT, 'a closed period stays closed'); END;
-- +goose StatementEnd
