-- +goose Up
-- Where work in the background is, so that it goes on there after a restart, or in another copy.
CREATE TABLE progress (
    job  text COLLATE "C" PRIMARY KEY,
    text text NOT NULL
) WITH (fillfactor = 50); -- few rows that change often: a HOT update, as long as there is room
