-- +goose Up
-- Which of many copies has a role, and until when, in milliseconds since 1970.
CREATE TABLE leases (
    role   text COLLATE "C" PRIMARY KEY,
    holder text COLLATE "C" NOT NULL,
    until  bigint NOT NULL
) WITH (fillfactor = 50); -- few rows that change each second: a HOT update, as long as there is room
