-- +goose Up
-- An order in review has not ended.
DROP INDEX orders_open;
CREATE INDEX orders_open ON orders (status, status_at)
    WHERE status = 'PAYMENT_PENDING' OR status = 'CREATED' OR status = 'IN_REVIEW' OR status = 'PLACED' OR status = 'STOCKED';
