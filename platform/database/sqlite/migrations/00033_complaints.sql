-- +goose Up
-- What customers say is wrong with an order that was delivered, and what was decided, as JSON; since when a complaint waits for its
-- answer, 0 for none; and the photos.
ALTER TABLE orders ADD COLUMN complaints TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN complains_since INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_complaining ON orders (complains_since) WHERE complains_since > 0;
CREATE TABLE complaint_photos (
    order_id  INTEGER NOT NULL,
    complaint INTEGER NOT NULL, -- 1 for the order's first
    number    INTEGER NOT NULL, -- 1 for the complaint's first
    jpeg      BLOB    NOT NULL,
    PRIMARY KEY (order_id, complaint, number)
) STRICT;
