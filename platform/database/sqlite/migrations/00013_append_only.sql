-- +goose Up
-- INSERT OR REPLACE takes away the row that is in its way without telling the triggers for deleted rows. So no row may be
-- written where one is.

-- +goose StatementBegin
CREATE TRIGGER journal_replaces_nothing BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE event_id = NEW.event_id)
    OR EXISTS (SELECT 1 FROM journal WHERE order_id = NEW.order_id AND type = NEW.type)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_replaces_nothing BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE order_id = NEW.order_id AND kind = NEW.kind)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER archive_replaces_nothing BEFORE INSERT ON archive
WHEN EXISTS (SELECT 1 FROM archive WHERE order_id = NEW.order_id)
BEGIN SELECT RAISE(ABORT, 'the archive is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER actions_replace_nothing BEFORE INSERT ON actions
WHEN EXISTS (SELECT 1 FROM actions WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the actions are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER rules_replace_nothing BEFORE INSERT ON rules
WHEN EXISTS (SELECT 1 FROM rules WHERE version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'the rules are append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER activations_replace_nothing BEFORE INSERT ON rules_activations
WHEN EXISTS (SELECT 1 FROM rules_activations WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the activations are append-only'); END;
-- +goose StatementEnd
