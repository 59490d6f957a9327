-- +goose Up
-- The same action on many orders: jobs, and what became of each of their orders. They name orders by number, and hold nothing personal.
CREATE TABLE bulk_jobs (
    job        text COLLATE "C" NOT NULL PRIMARY KEY,
    action     text    NOT NULL, -- cancel or mail-again
    reason     text    NOT NULL, -- of a cancellation
    who        text    NOT NULL, -- who started it
    state      text    NOT NULL, -- running, done or stopped
    created_at bigint  NOT NULL,
    ended_at   bigint  NOT NULL, -- 0: it runs
    stopped_by text    NOT NULL
);
CREATE INDEX bulk_jobs_of_state ON bulk_jobs (state, ended_at);
CREATE TABLE bulk_items (
    job      text COLLATE "C" NOT NULL,
    order_id bigint  NOT NULL,
    state    text    NOT NULL, -- waiting, begun, done, refused or unclear
    tries    bigint  NOT NULL,
    why      text    NOT NULL, -- it was refused, or waits
    amount   bigint  NOT NULL, -- minor units that go back
    currency text    NOT NULL,
    at       bigint  NOT NULL, -- when it was done or refused; 0 before that
    PRIMARY KEY (job, order_id)
);
