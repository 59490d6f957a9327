-- +goose Up
-- What stood in an order before it was corrected, so that a mail can be shown as it was.
CREATE TABLE corrections (
    order_id bigint NOT NULL,
    number   bigint NOT NULL, -- 1 for the order's first
    at       bigint NOT NULL, -- until then it stood so
    who      text   NOT NULL,
    why      text   NOT NULL,
    was      text   NOT NULL, -- the customer and the address, as JSON
    PRIMARY KEY (order_id, number)
);
-- Orders whose personal data is erased, or is being erased.
CREATE TABLE erasures (
    order_id bigint PRIMARY KEY,
    at       bigint NOT NULL,
    who      text   NOT NULL,
    why      text   NOT NULL
);

-- Rows of earlier releases have personal data. It is taken out of the events of an order that is corrected or erased, and nothing else
-- of them ever changes.
-- +goose StatementBegin
CREATE FUNCTION keep_all_but_persons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'data' - 'history' IS DISTINCT FROM to_jsonb(OLD) - 'data' - 'history'
        OR NOT EXISTS (SELECT 1 FROM erasures e WHERE e.order_id = OLD.order_id)
        AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.order_id = OLD.order_id) THEN
        RAISE EXCEPTION 'the % is append-only', TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
DROP TRIGGER journal_is_append_only ON journal;
CREATE TRIGGER journal_is_append_only BEFORE TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER journal_keeps_all_but_persons BEFORE UPDATE ON journal
    FOR EACH ROW EXECUTE FUNCTION keep_all_but_persons();
DROP TRIGGER archive_is_append_only ON archive;
CREATE TRIGGER archive_is_append_only BEFORE TRUNCATE ON archive
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER archive_keeps_all_but_persons BEFORE UPDATE ON archive
    FOR EACH ROW EXECUTE FUNCTION keep_all_but_persons();
