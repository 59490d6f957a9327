-- +goose Up
-- A wrong entry of the ledger is corrected by another, of a kind of its own: sale/1. It says who entered it, and why.
ALTER TABLE ledger ADD COLUMN author TEXT NOT NULL DEFAULT ''; -- '': an event entered it
ALTER TABLE ledger ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- A sale was entered when the bookkeeping system had it, and is entered now when the order is placed: those that are placed
-- and still waiting, or were given up, get their entries. An order in the archive has no journal, and tells by its status or
-- its reversal that it was placed.
INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
    SELECT o.order_id, 'sale', 'receivable', 'revenue', o.total_price, o.currency, o.test_id <> 0, coalesce(p.time, o.status_at)
    FROM orders o LEFT JOIN journal p ON p.order_id = o.order_id AND p.type = 'OrderPlaced'
    WHERE o.total_price > 0
        AND (p.event_id IS NOT NULL OR o.status = 'PLACED' OR o.status = 'STOCKED' OR o.status = 'DELIVERY_BOOKED'
            OR EXISTS (SELECT 1 FROM ledger r WHERE r.order_id = o.order_id AND r.kind = 'reversal'))
        AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.order_id = o.order_id AND l.kind = 'sale');
INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
    SELECT o.order_id, 'reversal', 'refunds', 'receivable', o.total_price, o.currency, o.test_id <> 0, o.status_at
    FROM orders o JOIN ledger s ON s.order_id = o.order_id AND s.kind = 'sale'
    WHERE o.status = 'CANCELLED' AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.order_id = o.order_id AND l.kind = 'reversal');
INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
    SELECT s.order_id, 'tax:' || (t.value ->> 'name'), 'revenue', 'tax:' || o.market || ':' || (t.value ->> 'name'),
        t.value ->> 'amount', s.currency, s.test, s.time
    FROM orders o JOIN ledger s ON s.order_id = o.order_id AND s.kind = 'sale' JOIN json_each(o.terms, '$.taxes') t
    WHERE o.terms <> '' AND t.value ->> 'amount' > 0
        AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.order_id = s.order_id AND l.kind = 'tax:' || (t.value ->> 'name'));
INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time)
    SELECT s.order_id, 'tax-reversal:' || (t.value ->> 'name'), 'tax:' || o.market || ':' || (t.value ->> 'name'), 'refunds',
        t.value ->> 'amount', s.currency, s.test, s.time
    FROM orders o JOIN ledger s ON s.order_id = o.order_id AND s.kind = 'reversal' JOIN json_each(o.terms, '$.taxes') t
    WHERE o.terms <> '' AND t.value ->> 'amount' > 0
        AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.order_id = s.order_id AND l.kind = 'tax-reversal:' || (t.value ->> 'name'));
