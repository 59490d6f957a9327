-- +goose Up
-- What an order counts as against what one mail address, organization or address may have at a time: while it is not paid,
-- and while it is to be delivered. The approved ones make their organization known.
CREATE TABLE tallies (
    order_id INTEGER NOT NULL,
    kind     TEXT    NOT NULL, -- unpaid, pending, delivery, approved
    party    TEXT    NOT NULL, -- digest
    at       INTEGER NOT NULL, -- when the order was made, or when it is delivered
    amount   INTEGER NOT NULL, -- of an unpaid order, in minor units
    PRIMARY KEY (order_id, kind, party)
) STRICT, WITHOUT ROWID;
CREATE INDEX tallies_of_party ON tallies (kind, party, at, amount);
