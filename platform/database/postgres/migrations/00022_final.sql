-- +goose Up
-- Whether an order's status is final: what says so is the program (order.Status.Final). The statuses are named here for the
-- orders that are there already, and nowhere else. What programs from before write meanwhile is mended by Prune.
ALTER TABLE orders ADD COLUMN final boolean NOT NULL DEFAULT false;
UPDATE orders SET final = true WHERE status IN ('DELIVERY_BOOKED', 'PAYMENT_DECLINED', 'CANCELLED');
DROP INDEX orders_open;
CREATE INDEX orders_open ON orders (status, status_at) WHERE NOT final;
