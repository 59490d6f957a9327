-- +goose Up
-- Declined payments are counted by their time.
CREATE INDEX orders_declined ON orders (status_at) WHERE status = 'PAYMENT_DECLINED';
