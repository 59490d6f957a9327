-- +goose Up
-- What operators did, append-only: written before it is done.
CREATE TABLE actions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    time       bigint NOT NULL,
    order_id   bigint NOT NULL, -- 0: about no order
    who        text   NOT NULL,
    what       text   NOT NULL,
    event_id   text   NOT NULL,
    subscriber text   NOT NULL,
    detail     text   NOT NULL
);
CREATE INDEX actions_of_order ON actions (order_id);
CREATE TRIGGER actions_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON actions
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
