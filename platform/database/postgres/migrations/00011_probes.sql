-- +goose Up
-- Whether the database can be written is tried each second: a row that is taken back at once. The fill factor leaves room
-- for one row on each page, so that each try needs a page more, as orders do; what is left of them is vacuumed each minute.
CREATE TABLE probes (filler text NOT NULL) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0);
