-- +goose Up
-- Where work in the background is, so that it goes on there after a restart.
CREATE TABLE progress (
    job  TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
