-- +goose Up
-- Which order uses which code of an offer, and a digest of its customer's mail address. An order that is declined or
-- cancelled has none.
CREATE TABLE code_uses (
    code     text   NOT NULL,
    customer text   NOT NULL,
    order_id bigint NOT NULL,
    PRIMARY KEY (code, customer, order_id)
);
