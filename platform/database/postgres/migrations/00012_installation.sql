-- +goose Up
-- What tells an order from all others in the world that have its number; '' for an order from before there was any.
ALTER TABLE orders ADD COLUMN unique_part text COLLATE "C" NOT NULL DEFAULT '';

-- Which installation of the shop this is, and where its database was when it last made an order. When that is elsewhere
-- (a restored copy, a standby that took over), the newest orders may have been lost, and their numbers are left out.
CREATE TABLE installation (
    one      boolean PRIMARY KEY DEFAULT true CHECK (one), -- there is one row
    skipped  bigint NOT NULL DEFAULT 0, -- numbers that were left out: an order's is that of the sequence and this
    id       text COLLATE "C" NOT NULL, -- random, made once
    system   text COLLATE "C" NOT NULL, -- the cluster's identifier; '' when it cannot be told
    timeline text COLLATE "C" NOT NULL, -- a new one begins when a standby is promoted and after a point-in-time recovery
    relation text COLLATE "C" NOT NULL  -- database and file of this table, which another one has after pg_restore
);

-- What a process knows of stored data besides the form of the rules. Programs from before say nothing: 0.
ALTER TABLE rules_readers ADD COLUMN level bigint NOT NULL DEFAULT 0;
