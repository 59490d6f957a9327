-- +goose Up
-- What an order's address has besides street and city, and its recipient, as JSON (order.Address); and the language that its
-- customer reads, '' for the market's.
ALTER TABLE orders ADD COLUMN address text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN language text NOT NULL DEFAULT '';
