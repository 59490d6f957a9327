-- +goose Up
-- What stood in an order before it was corrected, so that a mail can be shown as it was.
CREATE TABLE corrections (
    order_id INTEGER NOT NULL,
    number   INTEGER NOT NULL, -- 1 for the order's first
    at       INTEGER NOT NULL, -- until then it stood so
    who      TEXT    NOT NULL,
    why      TEXT    NOT NULL,
    was      TEXT    NOT NULL, -- the customer and the address, as JSON
    PRIMARY KEY (order_id, number)
) STRICT, WITHOUT ROWID;
-- Orders whose personal data is erased, or is being erased.
CREATE TABLE erasures (
    order_id INTEGER PRIMARY KEY,
    at       INTEGER NOT NULL,
    who      TEXT    NOT NULL,
    why      TEXT    NOT NULL
) STRICT;

-- Rows of earlier releases have personal data. It is taken out of the events of an order that is corrected or erased, and nothing else
-- of them ever changes.
DROP TRIGGER journal_keeps_what_is_written;
-- +goose StatementBegin
CREATE TRIGGER journal_keeps_what_is_written BEFORE UPDATE ON journal
WHEN (NEW.event_id, NEW.type, NEW.order_id, NEW.source, NEW.time, NEW.traceparent)
        IS NOT (OLD.event_id, OLD.type, OLD.order_id, OLD.source, OLD.time, OLD.traceparent)
    OR NOT EXISTS (SELECT 1 FROM erasures WHERE order_id = OLD.order_id) AND NOT EXISTS (SELECT 1 FROM corrections WHERE order_id = OLD.order_id)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- +goose StatementEnd
DROP TRIGGER archive_keeps_what_is_written;
-- +goose StatementBegin
CREATE TRIGGER archive_keeps_what_is_written BEFORE UPDATE ON archive
WHEN (NEW.order_id, NEW.archived_at) IS NOT (OLD.order_id, OLD.archived_at)
    OR NOT EXISTS (SELECT 1 FROM erasures WHERE order_id = OLD.order_id) AND NOT EXISTS (SELECT 1 FROM corrections WHERE order_id = OLD.order_id)
BEGIN SELECT RAISE(ABORT, 'the archive is append-only'); END;
-- +goose StatementEnd
