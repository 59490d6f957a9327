-- +goose Up
-- An order has one event of each of these types; of the types that came after them (e.g. a delivery that is moved) it may
-- have several.
DROP INDEX journal_of_order;
CREATE UNIQUE INDEX journal_of_order ON journal (order_id, type, (CASE WHEN type IN ('OrderImported', 'OrderCreated', 'PaymentDeclined',
    'ReviewRequested', 'ReviewDone', 'OrderPlaced', 'StockCreated', 'OrderDeliverable', 'DeliveryBooked', 'OrderCancelled') THEN '' ELSE event_id END));

-- The trigger with OR, as all others (00006).
DROP TRIGGER journal_replaces_nothing;
-- +goose StatementBegin
CREATE TRIGGER journal_replaces_nothing BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE event_id = NEW.event_id)
    OR (NEW.type = 'OrderImported' OR NEW.type = 'OrderCreated' OR NEW.type = 'PaymentDeclined' OR NEW.type = 'ReviewRequested'
        OR NEW.type = 'ReviewDone' OR NEW.type = 'OrderPlaced' OR NEW.type = 'StockCreated' OR NEW.type = 'OrderDeliverable'
        OR NEW.type = 'DeliveryBooked' OR NEW.type = 'OrderCancelled')
        AND EXISTS (SELECT 1 FROM journal WHERE order_id = NEW.order_id AND type = NEW.type)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- +goose StatementEnd
