-- +goose Up
-- The same action on many orders: jobs, and what became of each of their orders. They name orders by number, and hold nothing personal.
CREATE TABLE bulk_jobs (
    job        TEXT    NOT NULL PRIMARY KEY,
    action     TEXT    NOT NULL, -- cancel or mail-again
    reason     TEXT    NOT NULL, -- of a cancellation
    who        TEXT    NOT NULL, -- who started it
    state      TEXT    NOT NULL, -- running, done or stopped
    created_at INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL, -- 0: it runs
    stopped_by TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_jobs_of_state ON bulk_jobs (state, ended_at);
CREATE TABLE bulk_items (
    job      TEXT    NOT NULL,
    order_id INTEGER NOT NULL,
    state    TEXT    NOT NULL, -- waiting, begun, done, refused or unclear
    tries    INTEGER NOT NULL,
    why      TEXT    NOT NULL, -- it was refused, or waits
    amount   INTEGER NOT NULL, -- minor units that go back
    currency TEXT    NOT NULL,
    at       INTEGER NOT NULL, -- when it was done or refused; 0 before that
    PRIMARY KEY (job, order_id)
) STRICT, WITHOUT ROWID;
