// How an order was paid, and what of it is given back.

import { make, one, say } from "/assets/js/dom.js";
import { money, moment } from "/assets/js/format.js";
import { text } from "/assets/js/text.js";

const ways = { "card": "order.paid.card", "cash-voucher": "order.paid.cash-voucher", "bank-transfer": "order.paid.bank-transfer" };
const reasons = { cancelled: "refund.cancelled", "paid-twice": "refund.paid-twice", complaint: "refund.complaint" }; // others are the words of the shop's staff
const states = { pending: "refund.pending", done: "refund.done", failed: "refund.failed" };

/** renderPaid says how an order was paid, and lists its refunds. */
export function renderPaid(order) {
  say(one("#paid-by"), order.paidBy ? text(ways[order.paidBy] ?? "order.paid.other") : "");
  const all = order.refunds ?? [];
  one("#refunds").hidden = all.length === 0;
  one("#refunds ul").replaceChildren(...all.map((refund) => item(refund, order)));
}

function item({ amount, reason, state, time }, { currency, timeZone }) {
  const why = reasons[reason] ? text(reasons[reason]) : reason;
  return make("li", { "data-state": state },
    make("p", {}, make("strong", {}, money(amount, currency)), " ", make("span", {}, why)),
    make("p", { class: "fine" }, text(states[state], { time: moment(time, timeZone) })));
}
