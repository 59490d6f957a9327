-- +goose Up
-- All times are milliseconds since 1970, UTC. All money is minor units of the row's currency.

CREATE TABLE orders (
    order_id          INTEGER PRIMARY KEY CHECK (order_id BETWEEN 1 AND 2147483647),
    status            TEXT    NOT NULL,
    status_at         INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    name              TEXT    NOT NULL,
    email             TEXT    NOT NULL,
    phone             TEXT    NOT NULL,
    street            TEXT    NOT NULL,
    city              TEXT    NOT NULL,
    customer_type     TEXT    NOT NULL,
    market            TEXT    NOT NULL,
    org_number        TEXT    NOT NULL,
    products          TEXT    NOT NULL,
    total_price       INTEGER NOT NULL CHECK (total_price >= 0),
    currency          TEXT    NOT NULL,
    rate              TEXT    NOT NULL,
    test_id           INTEGER NOT NULL,
    payment_provider  TEXT    NOT NULL,
    payment_reference TEXT    NOT NULL,
    delivery_time     INTEGER NOT NULL -- 0: none is booked
) STRICT;
CREATE INDEX orders_of_test ON orders (test_id) WHERE test_id <> 0;
CREATE INDEX orders_open ON orders (status, status_at)
    WHERE status IN ('PAYMENT_PENDING', 'CREATED', 'PLACED', 'STOCKED');

-- The journal: every event, append-only. An order has at most one event of each type.
CREATE TABLE journal (
    event_id    TEXT    PRIMARY KEY,
    type        TEXT    NOT NULL,
    order_id    INTEGER NOT NULL REFERENCES orders (order_id),
    source      TEXT    NOT NULL,
    time        INTEGER NOT NULL,
    traceparent TEXT    NOT NULL,
    data        TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX journal_of_order ON journal (order_id, type);

-- +goose StatementBegin
CREATE TRIGGER journal_keeps_what_is_written BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- +goose StatementEnd

-- How far each subscriber got with each event.
CREATE TABLE receipts (
    event_id   TEXT    NOT NULL REFERENCES journal (event_id),
    subscriber TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('pending', 'done', 'parked', 'discarded')),
    attempts   INTEGER NOT NULL DEFAULT 0, -- failed tries
    sends      INTEGER NOT NULL DEFAULT 0, -- times published again
    next_try   INTEGER NOT NULL,           -- when it is due to be published again
    last_error TEXT    NOT NULL DEFAULT '',
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, subscriber)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_pending ON receipts (next_try) WHERE state = 'pending';
CREATE INDEX receipts_parked ON receipts (changed_at) WHERE state = 'parked';

-- How many real orders have each delivery slot.
CREATE TABLE slots (
    market    TEXT    NOT NULL,
    starts_at INTEGER NOT NULL,
    booked    INTEGER NOT NULL,
    PRIMARY KEY (market, starts_at)
) STRICT, WITHOUT ROWID;

-- Requests that must not be done twice.
CREATE TABLE claims (
    key         TEXT    PRIMARY KEY,
    fingerprint TEXT    NOT NULL,
    order_id    INTEGER NOT NULL REFERENCES orders (order_id),
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_expiry ON claims (expires_at);
