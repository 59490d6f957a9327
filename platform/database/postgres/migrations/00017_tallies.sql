-- +goose Up
-- What an order counts as against what one mail address, organization or address may have at a time: while it is not paid,
-- and while it is to be delivered. The approved ones make their organization known.
CREATE TABLE tallies (
    order_id bigint NOT NULL,
    at       bigint NOT NULL, -- when the order was made, or when it is delivered
    amount   bigint NOT NULL, -- of an unpaid order, in minor units
    kind     text COLLATE "C" NOT NULL, -- unpaid, pending, delivery, approved
    party    text COLLATE "C" NOT NULL, -- digest
    PRIMARY KEY (order_id, kind, party)
);
CREATE INDEX tallies_of_party ON tallies (kind, party, at);
