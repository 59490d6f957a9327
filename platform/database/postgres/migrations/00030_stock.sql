-- +goose Up
-- How many pieces of a counted product the shop has received, and how many of them orders that are neither declined nor
-- cancelled have taken. A count begins with its first order or the first correction.
CREATE TABLE stock (
    sku      text COLLATE "C" NOT NULL PRIMARY KEY,
    received bigint NOT NULL,
    taken    bigint NOT NULL CHECK (taken >= 0 AND taken <= received)
) WITH (fillfactor = 50); -- a count changes with each order, which is a HOT update as long as there is room
