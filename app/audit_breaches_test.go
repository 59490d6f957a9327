package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

const newEntry = `INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time) VALUES `

const newCorrection = `INSERT INTO ledger (order_id, kind, debit, credit, amount, currency, test, time, author, reason) VALUES `

const newEvent = `INSERT INTO journal (event_id, type, order_id, source, time, traceparent, data) VALUES `

var ordersBroken = []breach{
	bySQL("an order that stands still, though the one who should bring it on is done", "order.in-sight",
		newEvent+`('ffffffff-0000-7000-8000-000000000000', 'StockCreated', {waiting}, '/webshop/stock', 1, '', '{"orderId":{waiting},"testId":0}')`,
		`INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at) VALUES ('ffffffff-0000-7000-8000-000000000000', 'order.StockCreated', 'done', 0, 0)`),
	{name: "a receipt that is pending for too long", breaks: func(t *testing.T, c *scene) {
		c.sql(t, `UPDATE receipts SET state = 'pending', attempts = 3 WHERE subscriber = 'email.OrderDeliverable'`+of+`{stocked})`,
			`DELETE FROM claims WHERE order_id = {doubt}`, `DELETE FROM orders WHERE order_id = {doubt}`)
		late := c.config.Now().Add(time.Hour)
		c.config.Now = func() time.Time { return late }
		c.alerts = append(c.alerts, map[string]any{"orders": []any{}, "orderCount": 99})
	}, found: "order.in-sight", inside: true},
	{name: "a payment that is never settled", breaks: func(_ *testing.T, c *scene) {
		late := c.config.Now().Add(time.Hour)
		c.config.Now = func() time.Time { return late }
	}, found: "order.in-sight alert.open", inside: false},
	bySQL("an order in an unknown status", "order.in-sight move.status", `UPDATE orders SET status = 'SHIPPED' WHERE order_id = {stocked}`),
	told("an order that a client was told of is not there", "order.acknowledged", `{"orderId": 4711}`),
	told("an order at another price than told", "order.acknowledged", `{"orderId": {stocked}, "totalPrice": 1, "currency": "USD"}`),
	told("an order in another currency than told", "order.acknowledged", `{"orderId": {stocked}, "totalPrice": 30000, "currency": "MXN"}`),
	told("a declined order that a client holds for accepted", "order.acknowledged", `{"orderId": {declined}}`),
	told("a key that belongs to another order", "order.acknowledged", `{"orderId": {stocked}, "key": "delivered"}`),
	told("an order that two clients hold for theirs", "order.acknowledged", "{\"orderId\": {stocked}, \"key\": \"a\"}\n{\"orderId\": {stocked}, \"key\": \"b\"}"),
}

// selects the receipts or events of an order
const of = ` AND event_id IN (SELECT event_id FROM journal WHERE order_id = `

var effectsBroken = []breach{
	bySQL("a subscriber that never heard, and wrote all the same", "effect.receipts effect.stray", `DELETE FROM receipts WHERE subscriber = 'email.OrderCreated'`+of+`{stocked})`),
	bySQL("an unknown subscriber", "effect.receipts", `INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at)
		SELECT event_id, 'spy.OrderCreated', 'done', 0, 0 FROM journal WHERE order_id = {stocked} AND type = 'OrderCreated'`),
	bySQL("a receipt in an unknown state", "effect.receipts", `UPDATE receipts SET state = 'maybe' WHERE subscriber = 'stock.OrderPlaced'`+of+`{waiting})`),
	gone("a fraud check that was never asked for", "effect.check", "screening", "check:", "checked"),
	byRecord("a fraud check that refused", "effect.check", "screening", "check:", "checked", set("status", "refused")),
	byRecord("a fraud check of another price", "effect.check", "screening", "check:", "checked", set("amount", 1)),
	twice("a fraud check twice", "effect.check", "screening", "check:", "checked", set("key", "check:again")),
	bySQL("a fraud check that is said to have refused", "effect.check move.review move.payload", `UPDATE orders SET reviews = replace(reviews, 'passed', 'refused') WHERE order_id = {checked}`),
	{name: "a fraud check of an order that needs none", breaks: func(t *testing.T, c *scene) {
		c.again(t, "screening", "check:", "checked", func(record, request map[string]any) {
			request["orderId"], request["amount"], record["key"] = c.ids["stocked"], 30000, fmt.Sprint("check:", c.ids["stocked"])
		})
	}, found: "effect.check", inside: false},
	gone("plants that were never asked for", "effect.refill", "stockist", "refill:", "delivered"),
	twice("plants that were asked for twice", "effect.refill", "stockist", "refill:", "delivered", set("key", "refill:again")),
	byRecord("other plants than ordered", "effect.refill", "stockist", "refill:", "delivered", set("skus", []any{"BB001"})),
	{name: "plants for an order that is not placed", breaks: func(t *testing.T, c *scene) {
		c.again(t, "stockist", "refill:", "delivered", func(record, request map[string]any) {
			request["orderId"] = c.ids["doubt"]
			record["key"] = fmt.Sprint("refill:", c.ids["doubt"])
		})
	}, found: "effect.refill", inside: false},
	gone("a van that was never ordered", "effect.consignment", "carrier", "delivery:", "delivered"),
	twice("two vans", "effect.consignment", "carrier", "delivery:", "delivered", set("key", "delivery:again")),
	byRecord("a van to another street", "effect.consignment", "carrier", "delivery:", "delivered", set("street", "Elsewhere 2")),
	byRecord("a van at another time", "effect.consignment", "carrier", "delivery:", "delivered", set("time", "2030-01-01T00:00:00Z")),
	{name: "a correction that the delivery company was not told", breaks: func(t *testing.T, c *scene) {
		c.records["carrier"] = slices.DeleteFunc(c.records["carrier"], func(r map[string]any) bool { return r["kind"] == "change" })
	}, found: "effect.consignment", inside: false},
	{name: "a mail that was never sent", breaks: func(_ *testing.T, c *scene) { c.mails = c.mails[1:] }, found: "effect.mail", inside: false},
	{name: "a mail about nothing", breaks: func(_ *testing.T, c *scene) {
		c.mails = append([]map[string]any{{"id": "019aab12-0000-7000-8000-000000000001.email.OrderCreated", "receivedAt": time.Now()}}, c.mails...)
	}, found: "effect.stray", inside: false},
	twice("plants for an order that does not exist", "effect.stray", "stockist", "refill:", "delivered", set("orderId", 4711)),
	{name: "a test order's van at the real partner", breaks: func(t *testing.T, c *scene) {
		c.records["carrier-real"] = c.records["carrier"]
		c.records["carrier"] = slices.DeleteFunc(slices.Clone(c.records["carrier"]), func(r map[string]any) bool {
			return r["key"] != c.record(t, "carrier", "delivery:", "test")["key"]
		})
		c.real = "carrier"
	}, found: "effect.stray", inside: false},
}

var movesBroken = []breach{
	bySQL("a complaint that nobody made", "move.complaint", `UPDATE orders SET complaints = '[{"number":1,"kind":"damaged","at":"2026-11-22T12:00:00Z","state":"open"}]' WHERE order_id = {delivered}`),
	bySQL("an order that replaces one that does not know it", "move.complaint",
		`UPDATE orders SET terms = '{"replaces":{delivered}}' WHERE order_id = {stocked}`),
	bySQL("a complaint answered with money that was not given back", "move.complaint",
		`UPDATE orders SET complaints = '[{"number":1,"kind":"damaged","at":"2026-11-22T12:00:00Z","state":"refunded","refund":1}]' WHERE order_id = {stocked}`),
	bySQL("an event of an unknown type", "move.events effect.receipts", `UPDATE journal SET type = 'StockLost' WHERE type = 'StockCreated' AND order_id = {stocked}`),
	bySQL("an event that is missing", "move.events move.stray money.books money.ledger money.balance effect.refill", `DELETE FROM journal WHERE type = 'OrderPlaced' AND order_id = {stocked}`),
	bySQL("an event that happened twice", "move.events effect.receipts", newEvent+`('ffffffff-0000-7000-8000-000000000000', 'StockCreated', {stocked}, '/webshop/stock', 1, '', '{"orderId":{stocked},"testId":0}')`),
	{name: "events in another order", breaks: func(t *testing.T, c *scene) {
		if c.url != "" {
			c.sql(t, `UPDATE journal SET seq = 0 WHERE type = 'StockCreated' AND order_id = {stocked}`)
			return
		}
		c.sql(t, `UPDATE journal SET event_id = '00' || substr(event_id, 3), time = 1 WHERE type = 'StockCreated' AND order_id = {stocked}`,
			`UPDATE receipts SET event_id = '00' || substr(event_id, 3) WHERE subscriber = 'order.StockCreated' AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.event_id = receipts.event_id)`)
	}, found: "move.events", inside: true},
	bySQL("an id that is older than its event", "move.events", `UPDATE journal SET time = time + 100000 WHERE type = 'StockCreated' AND order_id = {stocked}`),
	bySQL("an event from another service", "move.events", `UPDATE journal SET source = '/webshop/spy' WHERE type = 'StockCreated' AND order_id = {stocked}`),
	bySQL("an order that was placed unreviewed", "effect.check move.review move.payload", `UPDATE orders SET reviews = replace(reviews, 'passed', 'open') WHERE order_id = {checked}`),
	bySQL("an order that skipped its review", "move.review", `UPDATE orders SET reviews = '[{"step":"approval","state":"passed","by":"ann"}]' WHERE order_id = {stocked}`),
	bySQL("a decision that no one made", "move.review", `UPDATE orders SET reviews = replace(reviews, 'local', '') WHERE order_id = {unapproved}`),
	bySQL("an order that one person passed where it takes two", "move.review", `UPDATE orders SET reviews = replace(reviews, '"by":"screening"', '"by":"ann","two":true') WHERE order_id = {checked}`),
	bySQL("a decision that led to nothing", "order.in-sight move.review", `UPDATE orders SET reviews = replace(replace(reviews, 'open', 'passed'), '"by":""', '"by":"ann"') WHERE order_id = {in-review}`),
	bySQL("an order in review that no one is to decide about", "order.in-sight move.review", `UPDATE orders SET reviews = '' WHERE order_id = {in-review}`),
	bySQL("an order that went back", "move.status move.cancel", `UPDATE orders SET status = 'STOCKED' WHERE order_id = {regretting-firm}`),
	bySQL("an order that went on without its event", "move.status move.delivery", `UPDATE orders SET status = 'DELIVERY_BOOKED' WHERE order_id = {stocked}`),
	bySQL("an order that is delivered, and no one said so", "move.status move.tracking", `UPDATE orders SET status = 'DELIVERED' WHERE order_id = {delivered}`),
	bySQL("an order that is older than itself", "move.status", `UPDATE orders SET status_at = created_at - 1 WHERE order_id = {stocked}`),
	bySQL("an event that tells of another customer", "move.payload", `UPDATE journal SET data = replace(data, '"name":""', '"name":"Eve"') WHERE type = 'OrderCreated' AND order_id = {stocked}`),
	bySQL("a correction that was not kept", "effect.consignment move.payload", `DELETE FROM corrections WHERE order_id = {corrected}`),
	bySQL("a correction of another version", "effect.consignment move.delivery", `UPDATE journal SET data = replace(data, '"deliveryVersion":2', '"deliveryVersion":3') WHERE type = 'OrderCorrected' AND order_id = {corrected}`),
	bySQL("an order of another organization", "move.payload", `UPDATE orders SET org_number = '123456' WHERE order_id = {stocked}`),
	bySQL("an event of another price", "move.payload", `UPDATE journal SET data = replace(data, '30000', '30001') WHERE type = 'OrderPlaced' AND order_id = {stocked}`),
	bySQL("a cancellation that says unpaid", "move.payload", `UPDATE journal SET data = replace(data, 'true', 'false') WHERE type = 'OrderCancelled' AND order_id = {regret}`),
	bySQL("a delivery time that no one booked", "move.delivery move.slots", `UPDATE orders SET delivery_time = 1 WHERE order_id = {stocked}`),
	bySQL("an order that was cancelled for no reason", "move.cancel", `UPDATE orders SET cancel_reason = 'mood' WHERE order_id = {regret}`,
		`UPDATE journal SET data = replace(data, '"customer"', '"mood"') WHERE type = 'OrderCancelled' AND order_id = {regret}`),
	bySQL("a slot that counts too many", "move.slots", `UPDATE slots SET booked = booked + 1`),
	bySQL("a slot that is not counted", "move.slots", `DELETE FROM slots`),
	{name: "a slot without room", breaks: func(_ *testing.T, c *scene) { c.config.Capacity = map[string]int{"US": 1, "MX": 0} }, found: "move.slots", inside: false},
	bySQL("a piece that no order has taken", "move.stock", `INSERT INTO stock (sku, received, taken) VALUES ('LB001', 5, 1)`),
	bySQL("a payment in doubt that can be made again", "move.claims", `DELETE FROM claims WHERE order_id = {doubt}`),
	bySQL("a claim of no order", "move.claims", `UPDATE claims SET order_id = 4711 WHERE order_id = {stocked}`),
	bySQL("a receipt of no event", "move.stray", `INSERT INTO receipts (event_id, subscriber, state, next_try, changed_at) VALUES ('ffffffff-0000-7000-8000-000000000000', 'email.OrderCreated', 'done', 0, 0)`),
	bySQL("an event of no order", "move.stray", newEvent+`('ffffffff-0000-7000-8000-000000000000', 'OrderCreated', 4711, '/webshop/order', 1, '', '{}')`),
	bySQL("an entry of no order", "move.stray", newEntry+`(4711, 'sale', 'receivable', 'revenue', 5, 'USD', false, 1)`),
	bySQL("an archived order that has not ended", "order.in-sight move.archive", `UPDATE orders SET status = 'STOCKED' WHERE order_id = {old}`),
	bySQL("an event that comes after the archive", "move.events effect.receipts",
		newEvent+`('ffffffff-0000-7000-8000-000000000000', 'StockCreated', {old}, '/webshop/stock', 1, '', '{"orderId":{old},"testId":0}')`),
	bySQL("an archived history that cannot be read", "move.archive effect.consignment effect.refill effect.stray money.books money.ledger money.balance move.delivery move.status",
		`UPDATE archive SET history = substr(history, 1, 20) WHERE order_id = {old}`),
	bySQL("an archived history of no order", "move.stray", `INSERT INTO archive (order_id, archived_at, history) SELECT 4711, 1, history FROM archive`),
	bySQL("an archived order at another price", "move.payload money.price money.charge money.books money.ledger money.balance", `UPDATE orders SET total_price = 1 WHERE order_id = {old}`),
	{name: "a dead letter that no one hears of", breaks: func(_ *testing.T, c *scene) { c.alerts = nil }, found: "alert.open", inside: false},
}
