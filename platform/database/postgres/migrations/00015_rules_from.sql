-- +goose Up
-- Versions of the rules that may have been lost when the database was moved are left out, as order numbers are: a process
-- that runs on knows another text by their number.
ALTER TABLE installation ADD COLUMN rules_from bigint NOT NULL DEFAULT 0; -- no new version has this number or a lower one
