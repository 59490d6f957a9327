-- +goose Up
-- What became of mails about an order, as JSON; and since when the newest that is known of has bounced, 0 when it has not.
ALTER TABLE orders ADD COLUMN mails TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN bounced_since INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_bounced ON orders (bounced_since) WHERE bounced_since > 0;
