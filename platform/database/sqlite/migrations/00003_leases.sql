-- +goose Up
-- Which of many copies has a role, and until when, in milliseconds since 1970.
CREATE TABLE leases (
    role   TEXT    PRIMARY KEY,
    holder TEXT    NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
