-- +goose Up
-- What became of old orders: all events of an order, with their receipts, as JSON that is compressed with zlib. Such an
-- order has no events in the journal any more, and gets none. The archive is append-only, as the journal is.
CREATE TABLE archive (
    order_id    INTEGER PRIMARY KEY REFERENCES orders (order_id),
    archived_at INTEGER NOT NULL,
    history     BLOB    NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER archive_keeps_what_is_written BEFORE UPDATE ON archive
BEGIN SELECT RAISE(ABORT, 'the archive is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_keeps_all BEFORE DELETE ON archive
BEGIN SELECT RAISE(ABORT, 'the archive is append-only'); END;
-- +goose StatementEnd

-- From the journal goes only what is in the archive.
DROP TRIGGER journal_keeps_all;
-- +goose StatementBegin
CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal WHEN NOT EXISTS (SELECT 1 FROM archive WHERE order_id = OLD.order_id)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- +goose StatementEnd
