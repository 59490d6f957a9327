-- +goose Up
-- Test orders are deleted whole some time after the last that happened to them. What is left is that there was one, for who
-- compares the shop with its partners: they may still know of it.
CREATE TABLE deleted_tests (
    order_id   INTEGER PRIMARY KEY,
    deleted_at INTEGER NOT NULL,
    last_event TEXT    NOT NULL -- no event of it has this id or a later one
) STRICT;
CREATE INDEX deleted_tests_age ON deleted_tests (deleted_at);
CREATE INDEX orders_of_tests ON orders (status_at, status) WHERE test_id <> 0;

-- What is append-only stays so of real orders, and an order is a test order from its beginning, or never.
-- +goose StatementBegin
CREATE TRIGGER orders_stay_real BEFORE UPDATE OF test_id ON orders WHEN OLD.test_id <> NEW.test_id
BEGIN SELECT RAISE(ABORT, 'no order becomes a test order, or a real one'); END;
-- +goose StatementEnd
DROP TRIGGER journal_keeps_all;
DROP TRIGGER ledger_keeps_all;
DROP TRIGGER archive_keeps_all;
-- +goose StatementBegin
CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal
WHEN NOT EXISTS (SELECT 1 FROM archive WHERE order_id = OLD.order_id)
    AND NOT EXISTS (SELECT 1 FROM orders WHERE order_id = OLD.order_id AND test_id <> 0)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_keeps_all BEFORE DELETE ON ledger
WHEN NOT EXISTS (SELECT 1 FROM orders WHERE order_id = OLD.order_id AND test_id <> 0)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_keeps_all BEFORE DELETE ON archive
WHEN NOT EXISTS (SELECT 1 FROM orders WHERE order_id = OLD.order_id AND test_id <> 0)
BEGIN SELECT RAISE(ABORT, 'the archive is append-only'); END;
-- +goose StatementEnd
