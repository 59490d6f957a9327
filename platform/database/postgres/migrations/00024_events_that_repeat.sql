-- +goose Up
-- An order has one event of each of these types; of the types that came after them (e.g. a delivery that is moved) it may
-- have several.
DROP INDEX journal_of_order;
CREATE UNIQUE INDEX journal_of_order ON journal (order_id, type, (CASE WHEN type IN ('OrderImported', 'OrderCreated', 'PaymentDeclined',
    'ReviewRequested', 'ReviewDone', 'OrderPlaced', 'StockCreated', 'OrderDeliverable', 'DeliveryBooked', 'OrderCancelled')
    THEN '00000000-0000-0000-0000-000000000000'::uuid ELSE event_id END));
