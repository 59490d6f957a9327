-- +goose Up
-- What an order was made under, and what was agreed besides its price.
ALTER TABLE orders ADD COLUMN rules   bigint NOT NULL DEFAULT 0;  -- version of the rules
ALTER TABLE orders ADD COLUMN terms   text NOT NULL DEFAULT ''; -- JSON: codes, details, lines, taxes
ALTER TABLE orders ADD COLUMN reviews text NOT NULL DEFAULT ''; -- JSON: steps to pass before the order is placed
