-- +goose Up
-- Placeholder: the table of leases takes this number. Who merges puts it in place of this file.
SELECT 1;
