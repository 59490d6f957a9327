-- +goose Up
-- When a service asks its partner next about an order that waits for it. There are rows only of orders that were asked
-- about again, and they are forgotten some time after the order has moved on.
CREATE TABLE asked (
    order_id INTEGER NOT NULL,
    asker    TEXT    NOT NULL,
    next_at  INTEGER NOT NULL,
    times    INTEGER NOT NULL,
    failure  TEXT    NOT NULL DEFAULT '', -- why it was put off
    PRIMARY KEY (order_id, asker)
) STRICT, WITHOUT ROWID;

-- An order whose charge certainly was not made is forgotten. For each order that is deleted, a reference without an index
-- would have all claims read.
DROP INDEX claims_expiry;
ALTER TABLE claims RENAME TO claims_before;
CREATE TABLE claims (
    key         TEXT    PRIMARY KEY,
    fingerprint TEXT    NOT NULL,
    order_id    INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO claims SELECT key, fingerprint, order_id, expires_at FROM claims_before ORDER BY key;
DROP TABLE claims_before;
CREATE INDEX claims_expiry ON claims (expires_at);
