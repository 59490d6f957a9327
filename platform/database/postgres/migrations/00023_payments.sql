-- +goose Up
-- The attempts to pay an order and its refunds, as JSON, each in its order; when the customer's time to pay ends; whether the
-- provider is to be asked about an order that does not wait for its payment (order.Order.Unsettled); and whether the customer's
-- bank took money back (order.Order.Disputed). Of orders from before, the program makes them of payment_provider,
-- payment_reference and refund_reference.
ALTER TABLE orders ADD COLUMN payments text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN pay_until bigint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN refunds text NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN unsettled boolean NOT NULL DEFAULT false;
ALTER TABLE orders ADD COLUMN disputed boolean NOT NULL DEFAULT false;
CREATE INDEX orders_unsettled ON orders (status_at) WHERE unsettled;
CREATE INDEX orders_disputed ON orders (status_at) WHERE disputed;
