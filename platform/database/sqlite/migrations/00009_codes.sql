-- +goose Up
-- Which order uses which code of an offer, and a digest of its customer's mail address. An order that is declined or
-- cancelled has none.
CREATE TABLE code_uses (
    code     TEXT    NOT NULL,
    customer TEXT    NOT NULL,
    order_id INTEGER NOT NULL,
    PRIMARY KEY (code, customer, order_id)
) WITHOUT ROWID;
