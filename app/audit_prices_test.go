package app_test

import (
	"slices"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
)

// pricesBroken are prices, taxes and entries that agree with each other, and not with what the rules say, or with what happened.
var pricesBroken = []breach{
	bySQL("a tax of 16.00 for 19.00, in order and ledger", "money.tax", `UPDATE orders SET terms = replace(replace(terms, ':1900', ':1600'), ':10000', ':10300') WHERE order_id = {pot}`,
		`UPDATE ledger SET amount = 1600 WHERE order_id = {pot} AND kind = 'tax:VAT@19'`),
	bySQL("a rate of 16 percent for 19, in order and ledger", "money.tax", `UPDATE orders SET terms = replace(replace(replace(terms, ':1900', ':1641'), ':10000', ':10259'), '"19"', '"16"') WHERE order_id = {pot}`,
		`UPDATE ledger SET amount = 1641, kind = 'tax:VAT@16', credit = 'tax:DE:VAT@16' WHERE order_id = {pot} AND kind = 'tax:VAT@19'`),
	bySQL("a pot that is exempt", "money.tax", `UPDATE orders SET terms = replace(replace(replace(replace(terms, '"treatment":"rate"', '"treatment":"exempt"'), ':1900', ':0'), ':10000', ':11900'), '"19"', '"0"') WHERE order_id = {pot}`,
		`DELETE FROM ledger WHERE order_id = {pot} AND kind = 'tax:VAT@19'`),
	bySQL("a pot that costs what no version says", "money.price", `UPDATE orders SET terms = replace(replace(terms, '"unitPrice":11900', '"unitPrice":12900'), '"unitPrice":12900', '"unitPrice":12900,"off":[{"offer":"tenth","amount":1000}]') WHERE order_id = {pot}`),
	bySQL("a pot at another price than its line adds up to", "money.price money.tax", `UPDATE orders SET terms = replace(terms, '"unitPrice":11900', '"unitPrice":10900') WHERE order_id = {pot}`),
	bySQL("a tax that falls due at another time", "money.tax", `UPDATE orders SET terms = replace(terms, '"rate":"19"', '"point":"order","rate":"19"') WHERE order_id = {pot}`),
	bySQL("a piece of another tax class", "money.price", `UPDATE orders SET terms = replace(terms, '"class":"pot"', '"class":"plant"') WHERE order_id = {pot}`),
	bySQL("lines that add up to something else than the order", "money.price", `UPDATE orders SET terms = replace(terms, '"total":11900', '"total":11800') WHERE order_id = {pot}`),
	bySQL("more pieces than the lines have", "money.price move.payload effect.refill", `UPDATE orders SET products = 'PT001,PT001' WHERE order_id = {pot}`),
	bySQL("a code that was not given", "money.price", `UPDATE orders SET terms = replace(terms, '"codes":["TENTH"]', '"codes":["LESS"]') WHERE order_id = {less}`),
	bySQL("an offer that the rules do not have", "money.price", `UPDATE orders SET terms = replace(terms, '"offer":"tenth"', '"offer":"mine"') WHERE order_id = {less}`),
	bySQL("an offer that took more off one line, and less off another", "money.price money.tax", `UPDATE orders SET terms = replace(replace(replace(replace(terms,
		'"amount":1190}', '"amount":1200}'), '"amount":1500}', '"amount":1490}'), '"total":10710', '"total":10700'), '"total":13500', '"total":13510') WHERE order_id = {less}`),
	bySQL("an order of another version of the rules", "money.price", `UPDATE orders SET rules = 4711 WHERE order_id = {pot}`),
	bySQL("a customer abroad whose data was erased, with the number that was asked for", "",
		`UPDATE orders SET name = '', email = '', phone = '', street = '', city = '', terms = replace(terms, '"details":{"vatNumber":"ATU12345678"},', '') WHERE order_id = {abroad}`),
	bySQL("a sale that was discarded", "money.ledger money.balance", `DELETE FROM ledger WHERE order_id = {pot}  AND (kind = 'sale' OR kind LIKE 'tax:%')`,
		`UPDATE receipts SET state = 'discarded' WHERE subscriber = 'finance.OrderPlaced'`+of+`{pot})`),
	bySQL("a sale that is said to be booked", "money.ledger money.balance", `DELETE FROM ledger WHERE order_id = {pot} AND (kind = 'sale' OR kind LIKE 'tax:%')`),
	bySQL("a reversal alone", "money.ledger money.balance", newEntry+`({declined}, 'reversal', 'refunds', 'receivable', 11900, 'EUR', false, 1)`),
	bySQL("a refund that no payment covers", "money.refund money.balance money.entries", `UPDATE orders SET refunds = '[{"number":1,"payment":2,"amount":5950,"state":"done","reason":"mood","at":"2026-01-01T00:00:00Z","by":"ann"}]' WHERE order_id = {pot}`,
		newEntry+`({pot}, 'reversal.1', 'refunds', 'receivable', 5950, 'EUR', false, 1)`, newEntry+`({pot}, 'refund', 'receivable', 'cash:payments-us', 5950, 'EUR', false, 1)`,
		newEntry+`({pot}, 'tax-reversal:VAT@19.1', 'tax:DE:VAT@19', 'refunds', 950, 'EUR', false, 1)`),
	bySQL("a refund of an order by invoice", "money.refund money.balance money.entries", `UPDATE orders SET refunds = '[{"number":1,"payment":1,"amount":10000,"state":"done","reason":"mood","at":"2026-01-01T00:00:00Z","by":"ann"}]' WHERE order_id = {abroad}`,
		newEntry+`({abroad}, 'reversal.1', 'refunds', 'receivable', 10000, 'EUR', false, 1)`, newEntry+`({abroad}, 'refund', 'receivable', 'cash:', 10000, 'EUR', false, 1)`),
	bySQL("an entry of a sale that was edited", "money.ledger money.balance", `UPDATE ledger SET amount = 11800 WHERE order_id = {pot} AND kind = 'sale'`),
	bySQL("an entry of a tax that was edited", "money.ledger money.balance", `UPDATE ledger SET amount = 1600 WHERE order_id = {pot} AND kind = 'tax:VAT@19'`),
}

// TestTheAuditFindsWrongPrices: each is found by its checks, with each engine, and by the patrol.
func TestTheAuditFindsWrongPrices(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		first := startPriced(t, engine).pricedScene()
		first.find(t, pricesBroken)
		for _, b := range pricesBroken {
			t.Run("patrol: "+b.name, func(t *testing.T) { first.patrols(t, b) })
		}
	})
}

// pricedScene has an order of a pot, one with an offer, one of a business abroad, and one that was declined.
func (s *shop) pricedScene() *scene {
	s.Helper()
	ids := map[string]int64{}
	german := func(name string, changes ...any) draft {
		return realOrder(name, append([]any{"market", "DE", "email", name + "@example.com", "products", "PT001"}, changes...)...)
	}
	for name, changes := range map[string][]any{
		"pot": nil, "less": {"products", "BB001,PT001", "codes", []string{"TENTH"}},
		"abroad": {"customerType", "EU", "details", map[string]string{"vatNumber": "ATU12345678"}},
	} {
		_, made := s.buy(german(name, changes...))
		s.arrives(made.OrderID, "STOCKED")
		ids[name] = made.OrderID
	}
	s.turn("payments-us", map[string]any{"declineRate": 1})
	s.call("POST", s.PublicURL+"/createOrder", german("declined", "totalPrice", 11900)).want(402)
	ids["declined"] = slices.Max([]int64{ids["pot"], ids["less"], ids["abroad"]}) + 1
	return s.left(ids)
}

// TestALateChargeThatWasGivenBackIsNoFinding: a voucher is paid after its order has ended, and the money goes back.
func TestALateChargeThatWasGivenBackIsNoFinding(t *testing.T) {
	onEachEngine(t, func(s *payShop) {
		b := s.buys(s.T, "Late", "market", "MX", "paymentMethod", "cash-voucher")
		b.takesVoucher()
		s.clock.passes(4 * 24 * time.Hour)
		b.until("the order has ended", func(o tracked) bool { return o.Status == "PAYMENT_DECLINED" })
		b.pressed("pay-late")
		b.arrives(b.id, "CANCELLED")
		b.getsBack(600000, "cancelled")
		s.isClean()
		clean(s.T, s.audited(func(c *audit.Config) { c.Order, c.Now = b.id, s.clock.now }))
	})
}
