-- +goose Up
-- How many pieces of a counted product the shop has received, and how many of them orders that are neither declined nor
-- cancelled have taken. A count begins with its first order or the first correction.
CREATE TABLE stock (
    sku      TEXT    NOT NULL PRIMARY KEY,
    received INTEGER NOT NULL,
    taken    INTEGER NOT NULL CHECK (taken >= 0 AND taken <= received)
) STRICT, WITHOUT ROWID;
