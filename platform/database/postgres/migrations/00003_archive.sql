-- +goose Up
-- What became of old orders: all events of an order, with their receipts, as JSON that is compressed with zlib. Such an
-- order has no events in the journal any more, and gets none. The archive is append-only, as the journal is.
CREATE TABLE archive (
    order_id    bigint PRIMARY KEY REFERENCES orders (order_id),
    archived_at bigint NOT NULL,
    history     bytea  NOT NULL
);
ALTER TABLE archive ALTER COLUMN history SET STORAGE EXTERNAL; -- it cannot be compressed any more
CREATE TRIGGER archive_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON archive
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();

-- From the journal goes only what was put into the archive by the same transaction.
-- +goose StatementBegin
CREATE FUNCTION keep_what_is_not_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM archive a WHERE a.order_id = OLD.order_id AND a.xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'the % is append-only', TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
-- +goose StatementEnd
DROP TRIGGER journal_is_append_only ON journal;
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER journal_keeps_what_is_not_archived BEFORE DELETE ON journal
    FOR EACH ROW EXECUTE FUNCTION keep_what_is_not_archived();

-- Rows leave the journal at the end where the oldest are, a few at a time. A vacuum after 5% of them, and not after 20%,
-- gives their pages back for new events soon, and keeps the search for the oldest from stepping over dead ones.
ALTER TABLE journal SET (autovacuum_vacuum_scale_factor = 0.05);
