-- +goose Up
-- The books: entries of the journal, sealed one by the other, with what follows from them. The shop's ledger of before stays what orders
-- write; what is new in it waits in unbooked until the bookkeeper enters it. What is there now is in the opening entry.
CREATE TABLE book_entries (
    number   bigint PRIMARY KEY,          -- from 1, without gaps
    order_id bigint NOT NULL,             -- 0: of none
    day      text COLLATE "C" NOT NULL,   -- on which it is booked
    entry_key text COLLATE "C",           -- of what a person entered
    data     text   NOT NULL,             -- the entry as JSON
    hash     text   NOT NULL              -- SHA-256 of data, in which the hash of the entry before is
);
CREATE INDEX book_entries_of_order ON book_entries (order_id) WHERE order_id > 0;
CREATE INDEX book_entries_of_day ON book_entries (day, number);
CREATE UNIQUE INDEX book_entries_once ON book_entries (entry_key) WHERE entry_key IS NOT NULL;
-- Documents have numbers without gaps in each series. Due is '' where nothing is owed.
CREATE TABLE book_documents (
    series   text COLLATE "C" NOT NULL,
    number   bigint NOT NULL,
    kind     text   NOT NULL, -- invoice, receipt or credit-note
    order_id bigint NOT NULL,
    about    text COLLATE "C" NOT NULL, -- the kind of the ledger's entry that it is about
    day      text COLLATE "C" NOT NULL,
    due      text COLLATE "C" NOT NULL,
    total    bigint NOT NULL,
    tax      bigint NOT NULL,
    currency text   NOT NULL,
    PRIMARY KEY (series, number)
);
CREATE UNIQUE INDEX book_documents_of_order ON book_documents (order_id, about);
CREATE INDEX book_documents_of_day ON book_documents (day);
CREATE INDEX book_documents_by_due_day ON book_documents (due) WHERE due <> '';
-- What came into each account on a day, and went out.
CREATE TABLE book_totals (
    day      text COLLATE "C" NOT NULL,
    account  text COLLATE "C" NOT NULL,
    currency text COLLATE "C" NOT NULL,
    debit    bigint NOT NULL,
    credit   bigint NOT NULL,
    own      bigint NOT NULL, -- debits less credits in the company's currency
    base     bigint NOT NULL, -- of a tax
    PRIMARY KEY (day, account, currency)
);
CREATE TABLE book_periods (
    period    text COLLATE "C" NOT NULL PRIMARY KEY, -- a month that is closed, as 2026-12
    closed_by text   NOT NULL,
    closed_at bigint NOT NULL
);
CREATE TABLE book_rates (
    currency text COLLATE "C" NOT NULL,
    day      text COLLATE "C" NOT NULL,
    rate     text   NOT NULL, -- units of the currency to one of the company's
    source   text   NOT NULL,
    author   text   NOT NULL,
    PRIMARY KEY (currency, day)
);
CREATE TABLE unbooked (
    order_id bigint NOT NULL,
    kind     text COLLATE "C" NOT NULL,
    PRIMARY KEY (order_id, kind)
);
-- Orders whose market's carrier reports nothing: they count as handed over when their window has ended.
CREATE TABLE handovers (
    order_id bigint NOT NULL PRIMARY KEY,
    due      bigint NOT NULL
);
CREATE INDEX handovers_due ON handovers (due);
-- +goose StatementBegin
CREATE FUNCTION ledger_is_to_be_booked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO unbooked (order_id, kind) SELECT order_id, kind FROM added WHERE NOT test;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_is_to_be_booked AFTER INSERT ON ledger REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_to_be_booked();
CREATE TRIGGER book_entries_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON book_entries
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER book_documents_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON book_documents
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
CREATE TRIGGER book_periods_stay_closed BEFORE DELETE OR TRUNCATE ON book_periods
    FOR EACH STATEMENT EXECUTE FUNCTION keep_what_is_written();
