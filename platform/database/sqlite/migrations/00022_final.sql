-- +goose Up
-- Whether an order's status is final: what says so is the program (order.Status.Final). The statuses are named here for the
-- orders that are there already, and nowhere else.
ALTER TABLE orders ADD COLUMN final INTEGER NOT NULL DEFAULT 0;
UPDATE orders SET final = 1 WHERE status = 'DELIVERY_BOOKED' OR status = 'PAYMENT_DECLINED' OR status = 'CANCELLED';
DROP INDEX orders_open;
CREATE INDEX orders_open ON orders (status, status_at) WHERE NOT final;
