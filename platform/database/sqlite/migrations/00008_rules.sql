-- +goose Up
-- What the business decides: each version of the rules as one text, never changed.
CREATE TABLE rules (
    version    INTEGER PRIMARY KEY,
    text       TEXT    NOT NULL,
    format     INTEGER NOT NULL, -- which form the text has
    author     TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Which version became active, and when: the last row is in force.
CREATE TABLE rules_activations (
    id           INTEGER PRIMARY KEY,
    version      INTEGER NOT NULL REFERENCES rules (version),
    author       TEXT    NOT NULL,
    activated_at INTEGER NOT NULL,
    before       INTEGER NOT NULL -- the activation that a rollback returns to; 0: none
) STRICT;

-- The processes that go by the rules, which form they can read, and until when they count.
CREATE TABLE rules_readers (
    name   TEXT    PRIMARY KEY,
    format INTEGER NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose StatementBegin
CREATE TRIGGER rules_keep_what_is_written BEFORE UPDATE ON rules
BEGIN SELECT RAISE(ABORT, 'the rules are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rules_keep_all BEFORE DELETE ON rules
BEGIN SELECT RAISE(ABORT, 'the rules are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER activations_keep_what_is_written BEFORE UPDATE ON rules_activations
BEGIN SELECT RAISE(ABORT, 'the activations are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER activations_keep_all BEFORE DELETE ON rules_activations
BEGIN SELECT RAISE(ABORT, 'the activations are append-only'); END;
-- +goose StatementEnd
