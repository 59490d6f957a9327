-- +goose Up
-- The words under which each real order is found (database.SearchWords). Orders from before are added in the background. What
-- is deleted from the index leaves the file at once.
CREATE VIRTUAL TABLE search USING fts5(words, detail = none, tokenize = "unicode61 remove_diacritics 0 tokenchars '@.-_+=<'");
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
CREATE INDEX orders_of_payment ON orders (payment_reference) WHERE payment_reference <> '' AND test_id = 0;

-- Keys to an order that were made before this time open nothing; 0: all that have not expired open it.
ALTER TABLE orders ADD COLUMN keys_from INTEGER NOT NULL DEFAULT 0;
