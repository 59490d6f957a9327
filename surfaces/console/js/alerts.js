// An alert: what is wrong, since when, what to do, and the orders that it touches.

import { replayAll } from "./acts.js";
import { keyed, make, one, settle, write } from "./dom.js";
import { ago, count, some } from "./words.js";

/** renderAlerts lists alerts. What is told of one may change while someone is about to press its buttons. */
export function renderAlerts(place, alerts, now) {
  keyed(place, alerts, (a) => a.id, card, (element, a) => {
    element.className = `alert ${a.severity}`;
    write(one(".severity b", element), a.severity);
    write(one(".severity span", element), ` since ${ago(a.since, now).replace(" ago", "")}`);
    write(one("h2", element), a.what);
    write(one(".do span", element), a.do);
    settle(one(".touched", element), [a.orders, a.orderCount], () => touched(a));
    settle(one(".follows", element), a.follows, () => follows(a));
  });
}

const card = (a) => make("li", { "data-rule": a.rule },
  make("p", { class: "severity" }, make("b"), make("span")), make("h2"), make("p", { class: "do" }, make("b", {}, "Do: "), make("span")),
  make("p", { class: "touched" }), make("div", { class: "follows" }), make("p", { class: "acts" }, ...ways(a)));

/** follows lists what is wrong because of an alert. */
const follows = (a) => (a.follows.length === 0 ? [] : [make("details", {}, make("summary", {}, `${some(a.follows.length, "thing")} ${a.follows.length === 1 ? "follows" : "follow"} from it`),
  make("ul", {}, ...a.follows.map((f) => make("li", {}, f.what))))]);

const touched = (a) => (a.orders.length === 0 ? [] : [`${count(a.orderCount)} order${a.orderCount === 1 ? "" : "s"}: `,
  ...a.orders.flatMap(({ orderId }) => [make("a", { href: `/console/orders/${orderId}` }, String(orderId)), " "]),
  a.orderCount > a.orders.length ? `and ${count(a.orderCount - a.orders.length)} more` : ""]);

const waiting = { stockist: "stock.OrderPlaced", carrier: "delivery.DeliveryBooked", books: "finance.OrderPlaced" };

/** sufferers leads to the orders that wait for a partner. */
function sufferers(partner) {
  const href = partner.startsWith("payments") ? "/console/orders?status=PAYMENT_PENDING" : `/console/orders?waiting=${waiting[partner] ?? "email.OrderCreated"}`;
  return make("a", { class: "button quiet", href }, "Orders that wait for it");
}

/** ways are where to go, and what to press, about an alert. Its key is between its rule and its time. */
function ways({ id, rule }) {
  const key = id.split("/").slice(1, -1).join("/");
  const go = (href, text) => make("a", { class: "button", href }, text);
  switch (rule) {
    case "dead-letter":
      return [go(`/console/deadletters?subscriber=${encodeURIComponent(key)}`, "Look at the dead letters"),
        make("button", { class: "button quiet", type: "button", onclick: () => replayAll(key) }, "Replay all")];
    case "partner-failing":
      return [go(`/console/partners#${encodeURIComponent(key)}`, "Look at the partner"), sufferers(key)];
    case "overdue":
      return [go(key.includes(".") ? `/console/orders?waiting=${encodeURIComponent(key)}` : `/console/orders?status=${encodeURIComponent(key)}`, "Look at the orders")];
    case "business":
      return [go(`/console/orders?status=${key.startsWith("payments") ? "PAYMENT_DECLINED" : "CANCELLED"}`, "Look at the orders")];
    case "payment-in-doubt":
      return [go("/console/orders?status=PAYMENT_PENDING", "Look at the orders")];
    case "ledger":
      return [go("/console/ledger", "Look at the ledger")];
    default:
      return [];
  }
}
