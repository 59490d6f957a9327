-- +goose Up
-- When a service asks its partner next about an order that waits for it. There are rows only of orders that were asked
-- about again, and they are forgotten some time after the order has moved on.
CREATE TABLE asked (
    order_id bigint  NOT NULL,
    next_at  bigint  NOT NULL,
    times    integer NOT NULL,
    asker    text COLLATE "C" NOT NULL,
    failure  text    NOT NULL DEFAULT '', -- why it was put off
    PRIMARY KEY (order_id, asker)
);
-- An order whose charge certainly was not made is forgotten. For each order that is deleted, a reference without an index
-- would have all claims read.
ALTER TABLE claims DROP CONSTRAINT claims_order_id_fkey;
