package app_test

import (
	"fmt"
	"testing"
	"time"
)

var moneyBroken = []breach{
	bySQL("an entry of the books that was changed", "money.entries", `UPDATE book_entries SET data = replace(data, '30000', '29000') WHERE number = 1`),
	bySQL("an entry of the books that was changed with its hash", "money.entries", `UPDATE book_entries SET hash = 'x' || substr(hash, 2) WHERE number = 1`),
	bySQL("an entry of the books that is gone", "money.entries", `DELETE FROM book_entries WHERE number = 2`),
	bySQL("the last entry of the books is gone", "money.entries", `DELETE FROM book_entries WHERE number = (SELECT max(number) FROM book_entries)`),
	bySQL("a total of the books that is none", "money.entries", `UPDATE book_totals SET debit = debit + 1 WHERE account LIKE 'clearing:%'`),
	bySQL("a receipt that is gone", "money.entries", `DELETE FROM book_documents WHERE number = 1`),
	bySQL("the last receipt is gone", "money.entries", `DELETE FROM book_documents WHERE kind = 'receipt' AND number = (SELECT max(number) FROM book_documents WHERE kind = 'receipt')`),
	bySQL("a piece at another price", "money.price money.tax", `UPDATE orders SET terms = replace(terms, '"unitPrice":15000', '"unitPrice":14000') WHERE order_id = {stocked}`),
	bySQL("a treatment that the rules do not have", "money.tax", `UPDATE orders SET terms = replace(terms, 'out-of-scope', 'exempt') WHERE order_id = {stocked}`),
	bySQL("an order that went on unpaid", "money.paid money.ledger money.balance", `UPDATE orders SET payment_reference = '' WHERE order_id = {stocked}`),
	gone("a charge that the provider does not have", "money.charge money.balance", "payments-us", "charge:", "delivered"),
	byRecord("a charge of another price", "money.charge money.balance", "payments-us", "charge:", "delivered", set("amount", 29999)),
	byRecord("a charge in another currency", "money.charge", "payments-us", "charge:", "delivered", set("currency", "EUR")),
	byRecord("a charge that failed", "money.charge money.balance", "payments-us", "charge:", "delivered", set("status", "declined")),
	byRecord("money of a declined order", "money.charge", "payments-us", "charge:", "declined", set("status", "succeeded")),
	twice("an order that was charged twice", "money.charge money.balance", "payments-us", "charge:", "delivered", set("key", "charge:again")),
	bySQL("a charge of another reference", "money.charge", `UPDATE orders SET payment_reference = 'other' WHERE order_id = {delivered}`),
	gone("a refund that never was", "money.refund money.balance", "payments-us", "refund:", "regret"),
	byRecord("half a refund", "money.refund money.balance", "payments-us", "refund:", "regret", set("amount", 15000)),
	twice("a refund twice", "money.refund money.balance", "payments-us", "refund:", "regret", set("key", "refund:again")),
	{name: "a refund of an order that goes on", breaks: func(t *testing.T, c *scene) {
		c.again(t, "payments-us", "refund:", "regret", func(record, request map[string]any) {
			record["key"], request["chargeKey"] = "refund:x", c.record(t, "payments-us", "charge:", "delivered")["key"]
		})
	}, found: "money.refund", inside: false},
	bySQL("an order that was cancelled and not refunded", "money.refund money.ledger money.balance", `UPDATE orders SET refund_reference = '', refunds = '' WHERE order_id = {regret}`),
	bySQL("a whole refund without its reference", "money.refund", `UPDATE orders SET refund_reference = '' WHERE order_id = {regret}`),
	bySQL("a refund above what was paid", "money.refund", refunded(`"amount":30001,"state":"pending"`)),
	bySQL("a refund of nothing", "money.refund", refunded(`"amount":0,"state":"pending"`)),
	bySQL("a refund that one person made where it takes two", "money.refund money.ledger money.balance", refunded(`"amount":10,"state":"done","two":true,"by":"ann","second":"ann"`)),
	bySQL("a refund that is said to be done", "money.refund money.ledger money.balance", refunded(`"amount":10000,"state":"done"`)),
	bySQL("a second payment that was kept", "money.refund money.charge money.ledger money.balance",
		`UPDATE orders SET payments = replace(payments, '}]', '},{"number":2,"provider":"payments-us","amount":30000,"state":"paid","reference":"x"}]') WHERE order_id = {delivered}`),
	bySQL("a payment of another amount than the order", "money.charge", `UPDATE orders SET payments = replace(payments, '30000', '29999') WHERE order_id = {delivered}`),
	lateSecond("a second payment that was paid late, for which the shop looks", "", time.Hour, true),
	lateSecond("a second payment that was paid late, and was not found in time", "money.charge", 2*24*time.Hour, true),
	lateSecond("a second payment that was paid late, for which the shop does not look", "money.charge", time.Hour, false),
	bySQL("a bank that took money back twice", "", disputes, `INSERT INTO unbooked (order_id, kind) VALUES ({delivered}, 'chargeback.1'), ({delivered}, 'chargeback-won.1'), ({delivered}, 'chargeback.1.2')`, newEntry+`({delivered}, 'chargeback.1', 'chargebacks', 'cash:payments-us', 30000, 'USD', false, 1)`,
		newEntry+`({delivered}, 'chargeback-won.1', 'cash:payments-us', 'chargebacks', 30000, 'USD', false, 1)`,
		newEntry+`({delivered}, 'chargeback.1.2', 'chargebacks', 'cash:payments-us', 500, 'USD', false, 1)`),
	bySQL("a second dispute that is not in the ledger", "money.ledger money.balance", disputes, newEntry+`({delivered}, 'chargeback.1', 'chargebacks', 'cash:payments-us', 30000, 'USD', false, 1)`,
		newEntry+`({delivered}, 'chargeback-won.1', 'cash:payments-us', 'chargebacks', 30000, 'USD', false, 1)`),
	bySQL("a payment in an unknown state", "money.paid", `UPDATE orders SET payments = replace(payments, '"state":"failed"', '"state":"lent"') WHERE order_id = {declined}`),
	twiceUnderItsKey,
	twice("money without an order", "money.stray", "payments-us", "charge:", "delivered", set("orderId", 4711)),
	{name: "money of an order that pays by invoice", breaks: func(t *testing.T, c *scene) {
		c.again(t, "payments-us", "charge:", "delivered", set("orderId", c.ids["firm"]))
	}, found: "money.stray", inside: false},
	{name: "money at the other provider", breaks: func(t *testing.T, c *scene) {
		c.records["payments-mx"] = append(c.records["payments-mx"], c.record(t, "payments-us", "charge:", "delivered"))
	}, found: "money.stray", inside: false},
	gone("a sale that the books do not have", "money.books", "books", "sale:", "delivered"),
	gone("a reversal that the books do not have", "money.books", "books", "reversal:", "regret"),
	twice("a sale twice in the books", "money.books", "books", "sale:", "delivered", set("key", "sale:again")),
	byRecord("a sale of another price", "money.books", "books", "sale:", "delivered", set("amount", 3)),
	byRecord("a reversal of an order that goes on", "money.books", "books", "sale:", "delivered", set("kind", "reversal")),
	bySQL("a payment that is not in the ledger", "money.ledger money.balance money.entries", `DELETE FROM ledger WHERE order_id = {delivered} AND kind = 'payment'`),
	bySQL("a sale of another price in the ledger", "money.ledger money.balance", `UPDATE ledger SET amount = 7 WHERE order_id = {delivered} AND kind = 'sale'`),
	bySQL("a payment to the wrong account", "money.ledger money.balance money.entries", `UPDATE ledger SET debit = 'cash:payments-mx' WHERE order_id = {delivered} AND kind = 'payment'`),
	bySQL("a test order's sale in the shop's money", "money.ledger money.balance", `UPDATE ledger SET test = false WHERE order_id = {test} AND kind = 'sale'`),
	bySQL("an entry of an unknown kind", "money.ledger money.balance", newEntry+`({delivered}, 'bonus', 'receivable', 'revenue', 5, 'USD', false, 1)`),
	bySQL("a placed order without its sale, whose receipt was given up", "money.ledger money.balance", `DELETE FROM ledger WHERE order_id = {waiting} AND kind = 'sale'`,
		`UPDATE receipts SET state = 'discarded' WHERE subscriber = 'finance.OrderPlaced'`+of+`{waiting})`),
	bySQL("a placed order without its sale, whose receipt is pending", "money.ledger money.balance", `DELETE FROM ledger WHERE order_id = {waiting} AND kind = 'sale'`,
		`UPDATE receipts SET state = 'pending', changed_at = changed_at + 60000 WHERE subscriber = 'finance.OrderPlaced'`+of+`{waiting})`),
	bySQL("a reversal whose sale is gone", "money.ledger money.balance", `DELETE FROM ledger WHERE order_id = {regret} AND kind = 'sale'`),
	bySQL("a placed order without its sale, whose receipt is parked", "money.ledger money.balance alert.open", `DELETE FROM ledger WHERE order_id = {waiting} AND kind = 'sale'`,
		`UPDATE receipts SET state = 'parked' WHERE subscriber = 'finance.OrderPlaced'`+of+`{waiting})`),
	bySQL("a wrong sale that was corrected", "", `UPDATE ledger SET amount = 7 WHERE order_id = {delivered} AND kind = 'sale'`,
		newCorrection+`({delivered}, 'sale/1', 'receivable', 'revenue', 30000, 'USD', false, 1, 'ann', 'typed wrong')`,
		newCorrection+`({delivered}, 'sale/2', 'revenue', 'receivable', 7, 'USD', false, 1, 'ann', 'typed wrong')`),
	bySQL("an entry of an unknown kind, taken back", "", newEntry+`({delivered}, 'bonus', 'receivable', 'revenue', 5, 'USD', false, 1)`,
		newCorrection+`({delivered}, 'bonus/1', 'revenue', 'receivable', 5, 'USD', false, 1, 'ann', 'no such thing')`),
	bySQL("a correction of what was right", "money.ledger money.balance", newCorrection+`({delivered}, 'sale/1', 'receivable', 'revenue', 5, 'USD', false, 1, 'ann', 'thought so')`),
	bySQL("a correction that no one made", "money.ledger", newCorrection+`({delivered}, 'sale/1', 'receivable', 'revenue', 5, 'USD', false, 1, '', '')`,
		newCorrection+`({delivered}, 'sale/2', 'revenue', 'receivable', 5, 'USD', false, 1, '', '')`),
	bySQL("a tax that is not in the ledger", "money.ledger money.balance", `UPDATE orders SET terms = '{"taxes":[{"name":"GST","rate":"5","amount":100}]}' WHERE order_id = {delivered}`),
	bySQL("a tax in the ledger that no one agreed to", "money.ledger money.balance", newEntry+`({delivered}, 'tax:GST', 'revenue', 'tax:US:GST', 5, 'USD', false, 1)`),
	bySQL("an invoice that was paid in two parts", "", newCorrection+`({firm}, 'bank.1', 'cash:bank', 'receivable', 10000, 'USD', false, 1, 'ann', 'one')`,
		newCorrection+`({firm}, 'bank.2', 'cash:bank', 'receivable', 20000, 'USD', false, 1, 'ann', 'two')`),
	bySQL("a bank receipt of more than the order's total", "money.ledger", newCorrection+`({firm}, 'bank.1', 'cash:bank', 'receivable', 30001, 'USD', false, 1, 'ann', 'one')`),
	bySQL("a bank receipt twice", "money.ledger", newCorrection+`({firm}, 'bank.1', 'cash:bank', 'receivable', 5, 'USD', false, 1, 'ann', 'one')`,
		newCorrection+`({firm}, 'bank.2', 'cash:bank', 'receivable', 5, 'USD', false, 1, 'ann', 'one')`),
	bySQL("a bank receipt whose number is not the next", "money.ledger", newCorrection+`({firm}, 'bank.2', 'cash:bank', 'receivable', 5, 'USD', false, 1, 'ann', 'one')`),
	bySQL("a bank receipt that no one entered", "money.ledger", newCorrection+`({firm}, 'bank.1', 'cash:bank', 'receivable', 5, 'USD', false, 1, '', '')`),
	bySQL("a bank receipt in a provider's account", "money.ledger money.balance money.entries", newCorrection+`({firm}, 'bank.1', 'cash:payments-us', 'receivable', 5, 'USD', false, 1, 'ann', 'one')`),
	bySQL("a bank receipt of an order that was paid with a card", "money.ledger", newCorrection+`({delivered}, 'bank.1', 'cash:bank', 'receivable', 5, 'USD', false, 1, 'ann', 'one')`),
	bySQL("a wrong bank receipt that was taken back", "", newCorrection+`({delivered}, 'bank.1', 'cash:bank', 'receivable', 5, 'USD', false, 1, 'ann', 'one')`,
		newCorrection+`({delivered}, 'bank.1/1', 'receivable', 'cash:bank', 5, 'USD', false, 1, 'ann', 'the wrong invoice')`),
	bySQL("a refund in the ledger of an order that goes on", "money.ledger money.balance money.entries", newEntry+`({delivered}, 'refund', 'receivable', 'cash:payments-us', 30000, 'USD', false, 1)`),
}

// refunded gives an order a refund that the shop would not have made.
func refunded(how string) string {
	return `UPDATE orders SET refunds = '[{"number":1,"payment":1,"reason":"mood","at":"2026-01-01T00:00:00Z",` + how + `}]' WHERE order_id = {delivered}`
}

// disputes are two of one payment: the first was won.
const disputes = `UPDATE orders SET payments = replace(payments, '}]',
	',"dispute":{"reference":"a","state":"won","amount":{"Minor":30000}},"disputes":[{"reference":"b","state":"open","amount":{"Minor":500}}]}]') WHERE order_id = {delivered}`

// lateSecond is a second payment that expired some time before the audit, and was paid all the same.
func lateSecond(name, found string, before time.Duration, late bool) breach {
	return breach{name: name, breaks: func(t *testing.T, c *scene) {
		c.sql(t, fmt.Sprintf(`UPDATE orders SET payments = replace(payments, '}]', '},{"number":2,"provider":"payments-us","amount":30000,"state":"expired","at":"%s","late":%t}]')
			WHERE order_id = {delivered}`, c.at.Add(-before).UTC().Format(time.RFC3339), late))
		c.again(t, "payments-us", "charge:", "delivered", func(record, _ map[string]any) { record["key"] = fmt.Sprint(record["key"], ".2") })
	}, found: found, inside: true}
}

// twiceUnderItsKey is a second payment that the shop knows nothing of.
var twiceUnderItsKey = breach{name: "a second payment that the shop does not know", breaks: func(t *testing.T, c *scene) {
	c.again(t, "payments-us", "charge:", "delivered", func(record, _ map[string]any) { record["key"] = fmt.Sprint(record["key"], ".2") })
}, found: "money.charge money.balance", inside: false}
