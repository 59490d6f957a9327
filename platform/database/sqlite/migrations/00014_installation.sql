-- +goose Up
-- What tells an order from all others in the world that have its number; '' for an order from before there was any.
ALTER TABLE orders ADD COLUMN unique_part TEXT NOT NULL DEFAULT '';

-- Which installation of the shop this is.
CREATE TABLE installation (
    one INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row
    id  TEXT NOT NULL                        -- random, made once
) STRICT;

-- What a process knows of stored data besides the form of the rules. Programs from before say nothing: 0.
ALTER TABLE rules_readers ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
