-- +goose Up
-- When the delivery window that an order has booked ends (0: the rules gave it no end), how often its booking was changed, and
-- the zone whose room it takes ('' where the market's slots are not counted by zone).
ALTER TABLE orders ADD COLUMN delivery_until bigint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN delivery_moves bigint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN delivery_zone text NOT NULL DEFAULT '';
