-- +goose Up
-- The words under which each real order is found (database.SearchWords). Orders from before are added in the background.
CREATE TABLE search (
    rowid bigint PRIMARY KEY, -- the order's number; SQLite's full-text index calls it so
    words text NOT NULL
);
CREATE INDEX search_words ON search USING gin (array_to_tsvector(string_to_array(words, ' ')));
CREATE INDEX orders_of_payment ON orders (payment_reference) WHERE payment_reference <> '' AND test_id = 0;

-- Keys to an order that were made before this time open nothing; 0: all that have not expired open it.
ALTER TABLE orders ADD COLUMN keys_from bigint NOT NULL DEFAULT 0;
