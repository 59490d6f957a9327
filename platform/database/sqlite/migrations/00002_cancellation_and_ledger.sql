-- +goose Up
ALTER TABLE orders ADD COLUMN cancel_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN refund_reference TEXT NOT NULL DEFAULT '';

-- The ledger: double entry, append-only. The amount is debited to one account and credited to another. An order has at
-- most one entry of each kind.
CREATE TABLE ledger (
    order_id INTEGER NOT NULL REFERENCES orders (order_id),
    kind     TEXT    NOT NULL,
    debit    TEXT    NOT NULL,
    credit   TEXT    NOT NULL CHECK (credit <> debit),
    amount   INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT    NOT NULL,
    test     INTEGER NOT NULL, -- 1: of a test order, not the shop's money
    time     INTEGER NOT NULL,
    PRIMARY KEY (order_id, kind)
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER ledger_keeps_what_is_written BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_keeps_all BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd

-- Money of orders from before the ledger: what was taken, and what was booked.
INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
    SELECT order_id, 'payment', 'cash:' || payment_provider, 'receivable', total_price, currency, test_id <> 0, status_at
    FROM orders WHERE payment_reference <> '' AND total_price > 0;
INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
    SELECT o.order_id, 'sale', 'receivable', 'revenue', o.total_price, o.currency, o.test_id <> 0, r.changed_at
    FROM receipts r JOIN journal j ON j.event_id = r.event_id JOIN orders o ON o.order_id = j.order_id
    WHERE r.subscriber = 'finance.OrderPlaced' AND r.state = 'done' AND o.total_price > 0;
