-- +goose Up
-- Test orders are deleted whole some time after the last that happened to them. What is left is that there was one, for who
-- compares the shop with its partners: they may still know of it.
CREATE TABLE deleted_tests (
    order_id   bigint PRIMARY KEY,
    deleted_at bigint NOT NULL,
    last_event text COLLATE "C" NOT NULL -- no event of it has this id or a later one
);
CREATE INDEX deleted_tests_age ON deleted_tests (deleted_at);
CREATE INDEX orders_of_tests ON orders (status_at, status) WHERE test_id <> 0;

-- What is append-only stays so of real orders, and an order is a test order from its beginning, or never.
-- +goose StatementBegin
CREATE FUNCTION keep_what_is_real() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'orders' OR NOT EXISTS (SELECT 1 FROM orders WHERE order_id = OLD.order_id AND test_id <> 0) THEN
        RAISE EXCEPTION 'the % of real orders is append-only', TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
CREATE TRIGGER orders_stay_real BEFORE UPDATE OF test_id ON orders
    FOR EACH ROW WHEN (OLD.test_id <> NEW.test_id) EXECUTE FUNCTION keep_what_is_real();
DROP TRIGGER ledger_is_append_only ON ledger;
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER ledger_keeps_what_is_real BEFORE DELETE ON ledger
    FOR EACH ROW EXECUTE FUNCTION keep_what_is_real();
DROP TRIGGER archive_is_append_only ON archive;
CREATE TRIGGER archive_is_append_only BEFORE UPDATE OR TRUNCATE ON archive
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER archive_keeps_what_is_real BEFORE DELETE ON archive
    FOR EACH ROW EXECUTE FUNCTION keep_what_is_real();
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_what_is_not_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM archive a WHERE a.order_id = OLD.order_id AND a.xmin = pg_current_xact_id()::xid)
        AND NOT EXISTS (SELECT 1 FROM orders WHERE order_id = OLD.order_id AND test_id <> 0) THEN
        RAISE EXCEPTION 'the % is append-only', TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
