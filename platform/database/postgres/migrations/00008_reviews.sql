-- +goose Up
-- An order in review has not ended.
DROP INDEX orders_open;
CREATE INDEX orders_open ON orders (status, status_at)
    WHERE status IN ('PAYMENT_PENDING', 'CREATED', 'IN_REVIEW', 'PLACED', 'STOCKED');
