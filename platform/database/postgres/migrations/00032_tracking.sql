-- +goose Up
-- What the delivery company has reported about an order's delivery, as JSON; and the orders that are to be delivered, by time, for
-- the deadline.
ALTER TABLE orders ADD COLUMN tracking text NOT NULL DEFAULT '';
CREATE INDEX orders_to_deliver ON orders (delivery_time) WHERE NOT final AND status = 'DELIVERY_BOOKED';
