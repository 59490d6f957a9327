-- +goose Up
-- All times are milliseconds since 1970, UTC, as in events and links; the shop takes them from its own clock. All money
-- is minor units of the row's currency. Keys compare byte by byte (COLLATE "C"), whatever the database's language is.

-- Numbers are positive and fit 31 bits. When they are used up, orders fail: none gets a number that was used before.
CREATE SEQUENCE order_numbers AS integer NO CYCLE;

CREATE TABLE orders (
    order_id          bigint PRIMARY KEY CHECK (order_id BETWEEN 1 AND 2147483647),
    status            text COLLATE "C" NOT NULL,
    status_at         bigint NOT NULL,
    created_at        bigint NOT NULL,
    name              text   NOT NULL,
    email             text   NOT NULL,
    phone             text   NOT NULL,
    street            text   NOT NULL,
    city              text   NOT NULL,
    customer_type     text   NOT NULL,
    market            text COLLATE "C" NOT NULL,
    org_number        text   NOT NULL,
    products          text   NOT NULL,
    total_price       bigint NOT NULL CHECK (total_price >= 0),
    currency          text   NOT NULL,
    rate              text   NOT NULL,
    test_id           bigint NOT NULL,
    payment_provider  text   NOT NULL,
    payment_reference text   NOT NULL,
    delivery_time     bigint NOT NULL DEFAULT 0, -- 0: none is booked
    cancel_reason     text   NOT NULL DEFAULT '',
    refund_reference  text   NOT NULL DEFAULT ''
) WITH (fillfactor = 70); -- each order changes four times or more; its versions find room on its page
ALTER SEQUENCE order_numbers OWNED BY orders.order_id;
CREATE INDEX orders_of_test ON orders (test_id) WHERE test_id <> 0;
CREATE INDEX orders_open ON orders (status, status_at)
    WHERE status IN ('PAYMENT_PENDING', 'CREATED', 'PLACED', 'STOCKED');

-- The journal: every event, append-only. An order has at most one event of each type. Event ids rise with the clock of
-- the process that made them; seq is given under the lock of the order, so that the events of an order are in the order
-- in which they happened, whatever the clocks of two processes say.
CREATE TABLE journal (
    event_id    uuid   PRIMARY KEY,
    seq         bigint GENERATED ALWAYS AS IDENTITY,
    order_id    bigint NOT NULL REFERENCES orders (order_id),
    time        bigint NOT NULL,
    type        text COLLATE "C" NOT NULL,
    source      text   NOT NULL,
    traceparent text   NOT NULL,
    data        text   NOT NULL
);
CREATE UNIQUE INDEX journal_of_order ON journal (order_id, type);

-- How far each subscriber got with each event.
--
-- This table is the one that changes most: each row is written once and changed once, soon after. That change cannot be
-- a HOT update, since it takes the row out of the index of pending receipts; but with room left on each page
-- (fillfactor) the new version stays beside the old one, whose place is free again for the next. Without a vacuum soon,
-- the index of pending receipts would be full of what is done: so it comes after 2% of changed rows, not 20%, and at
-- full speed.
CREATE TABLE receipts (
    event_id   uuid    NOT NULL REFERENCES journal (event_id),
    next_try   bigint  NOT NULL,           -- when it is due to be published again
    changed_at bigint  NOT NULL,
    attempts   integer NOT NULL DEFAULT 0, -- failed tries
    sends      integer NOT NULL DEFAULT 0, -- times published again
    subscriber text COLLATE "C" NOT NULL,
    state      text COLLATE "C" NOT NULL CHECK (state IN ('pending', 'done', 'parked', 'discarded')),
    last_error text    NOT NULL DEFAULT '',
    PRIMARY KEY (event_id, subscriber)
) WITH (
    fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02,
    autovacuum_vacuum_cost_delay = 0
);
CREATE INDEX receipts_pending ON receipts (next_try) WHERE state = 'pending';
CREATE INDEX receipts_parked ON receipts (changed_at) WHERE state = 'parked';

-- How many real orders have each delivery slot.
CREATE TABLE slots (
    market    text COLLATE "C" NOT NULL,
    starts_at bigint  NOT NULL,
    booked    integer NOT NULL,
    PRIMARY KEY (market, starts_at)
) WITH (fillfactor = 50); -- a slot is counted up many times, which is a HOT update as long as there is room

-- Requests that must not be done twice.
CREATE TABLE claims (
    key         text COLLATE "C" PRIMARY KEY,
    fingerprint text   NOT NULL,
    order_id    bigint NOT NULL REFERENCES orders (order_id),
    expires_at  bigint NOT NULL
);
CREATE INDEX claims_expiry ON claims (expires_at);

-- The ledger: double entry, append-only. The amount is debited to one account and credited to another. An order has at
-- most one entry of each kind.
CREATE TABLE ledger (
    order_id bigint  NOT NULL REFERENCES orders (order_id),
    amount   bigint  NOT NULL CHECK (amount > 0),
    time     bigint  NOT NULL,
    test     boolean NOT NULL, -- of a test order, not the shop's money
    kind     text COLLATE "C" NOT NULL,
    debit    text COLLATE "C" NOT NULL,
    credit   text COLLATE "C" NOT NULL CHECK (credit <> debit),
    currency text COLLATE "C" NOT NULL,
    PRIMARY KEY (order_id, kind)
);

-- +goose StatementBegin
CREATE FUNCTION keep_what_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the % is append-only', TG_TABLE_NAME;
END $$;
-- +goose StatementEnd
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
