-- +goose Up
-- What the business decides: each version of the rules as one text, never changed.
CREATE TABLE rules (
    version    bigint PRIMARY KEY,
    format     bigint NOT NULL, -- which form the text has
    created_at bigint NOT NULL,
    text       text   NOT NULL,
    author     text   NOT NULL,
    note       text   NOT NULL
);
CREATE TRIGGER rules_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rules
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();

-- Which version became active, and when: the last row is in force.
CREATE TABLE rules_activations (
    id           bigint PRIMARY KEY,
    version      bigint NOT NULL REFERENCES rules (version),
    activated_at bigint NOT NULL,
    before       bigint NOT NULL, -- the activation that a rollback returns to; 0: none
    author       text   NOT NULL
);
CREATE TRIGGER activations_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rules_activations
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();

-- The processes that go by the rules, which form they can read, and until when they count.
CREATE TABLE rules_readers (
    name   text   PRIMARY KEY,
    format bigint NOT NULL,
    until  bigint NOT NULL
);
