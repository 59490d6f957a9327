// What if: what would differ if the last orders had been made under other rules.

import { make } from "./dom.js";
import { count, money, some } from "./words.js";

const most = 50; // orders that are listed
const kinds = { refused: "refused", price: "another price", offers: "other offers", tax: "other taxes", route: "another route" };

/** trial shows it. */
export function trial({ orders, differ, by, sums, differences, failed = {} }) {
  if (orders === 0) return [make("p", { class: "notice" }, "The rules are in order. There are no real orders yet to try them on.")];
  if (differ === 0) return [make("p", { class: "notice" }, `The rules are in order. The last ${some(orders, "order")} would be the same under them.`)];
  return [
    make("h3", {}, `Of the last ${some(orders, "order")}, ${count(differ)} would be others`),
    make("p", { class: "kinds" }, ...Object.entries(kinds).filter(([kind]) => by[kind] > 0).map(([kind, words]) => make("span", { class: kind === "refused" ? "chip bad" : "chip warn" }, `${count(by[kind])} ${words}`))),
    ...Object.entries(failed).map(([offer, n]) => make("p", { class: "notice bad" }, `The offer ${offer} failed for ${some(n, "order")}, which went without it.`)),
    table("All together", ["Currency", "Was", "Would be"], sums.map(({ currency, was, would }) => [currency, money(was, currency), money(would, currency)])),
    table(differ > most ? `The newest ${most} of them` : "These", ["Order", "Customer", "Was", "Would be", "Why"], differences.slice(0, most).map(line)),
  ];
}

function line(d) {
  return [make("a", { href: `/console/orders/${d.orderId}` }, `Order ${d.orderId}`), `${d.market} ${d.customerType}`, price(d.was), price(d.would), because(d)];
}

const price = (o) => (o.refused ? "refused" : money(o.total, o.currency));

/** because says in what an order would differ. */
function because({ in: kinds, was, would }) {
  return kinds.map((kind) => {
    if (kind === "refused") return would.refused.map(({ field, detail }) => `${field} ${detail}`).join(", ");
    if (kind === "offers") return `offers: ${offers(was)} → ${offers(would)}`;
    if (kind === "tax") return `tax: ${taxes(was)} → ${taxes(would)}`;
    if (kind === "route") return `route: ${route(was)} → ${route(would)}`;
    return "price";
  }).join("; ");
}

const offers = (o) => o.offers?.map(({ offer, amount }) => `${offer} −${money(amount, o.currency)}`).join(", ") ?? "none";
const taxes = (o) => o.taxes?.map(({ name, rate, amount }) => `${name} ${rate}% ${money(amount, o.currency)}`).join(", ") ?? "none";
const route = ({ route: { payment, reviews = [] } }) => [payment, ...reviews].join(", ");

/** side is where a column stands: amounts at the right. */
const side = (column) => (["Was", "Would be"].includes(column) ? "n" : null);

function table(caption, columns, rows) {
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": caption }, make("table", { class: "trial" }, make("caption", {}, caption),
    make("thead", {}, make("tr", {}, ...columns.map((c) => make("th", { scope: "col", class: side(c) }, c)))),
    make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell, i) => make("td", { class: side(columns[i]) }, cell)))))));
}
