-- +goose Up
-- What operators did, append-only: written before it is done.
CREATE TABLE actions (
    id         INTEGER PRIMARY KEY,
    time       INTEGER NOT NULL,
    who        TEXT    NOT NULL,
    what       TEXT    NOT NULL,
    order_id   INTEGER NOT NULL, -- 0: about no order
    event_id   TEXT    NOT NULL,
    subscriber TEXT    NOT NULL,
    detail     TEXT    NOT NULL
) STRICT;
CREATE INDEX actions_of_order ON actions (order_id);

-- +goose StatementBegin
CREATE TRIGGER actions_keep_what_is_written BEFORE UPDATE ON actions
BEGIN SELECT RAISE(ABORT, 'the actions are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER actions_keep_all BEFORE DELETE ON actions
BEGIN SELECT RAISE(ABORT, 'the actions are append-only'); END;
-- +goose StatementEnd
