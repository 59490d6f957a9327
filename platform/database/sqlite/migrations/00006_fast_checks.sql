-- +goose Up
-- The same rules and indexes as before, written with OR: for a list of three and more (IN), SQLite makes a table of its own,
-- once for each row that is written.

DROP INDEX orders_open;
CREATE INDEX orders_open ON orders (status, status_at)
    WHERE status = 'PAYMENT_PENDING' OR status = 'CREATED' OR status = 'PLACED' OR status = 'STOCKED';

DROP INDEX receipts_pending;
DROP INDEX receipts_parked;
ALTER TABLE receipts RENAME TO receipts_before;
CREATE TABLE receipts (
    event_id   TEXT    NOT NULL REFERENCES journal (event_id),
    subscriber TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state = 'pending' OR state = 'done' OR state = 'parked' OR state = 'discarded'),
    attempts   INTEGER NOT NULL DEFAULT 0, -- failed tries
    sends      INTEGER NOT NULL DEFAULT 0, -- times published again
    next_try   INTEGER NOT NULL,           -- when it is due to be published again
    last_error TEXT    NOT NULL DEFAULT '',
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, subscriber)
) STRICT, WITHOUT ROWID;
INSERT INTO receipts SELECT * FROM receipts_before ORDER BY event_id, subscriber;
DROP TABLE receipts_before;
CREATE INDEX receipts_pending ON receipts (next_try) WHERE state = 'pending';
CREATE INDEX receipts_parked ON receipts (changed_at) WHERE state = 'parked';
