// How an order was paid, and what was given back.

import { make, one, settle } from "./dom.js";
import { clock, money } from "./words.js";

/** waits reports whether a refund waits for a second person. */
export const waits = ({ two, second, state }) => Boolean(two && !second && state === "pending");

/** renderPaid lists the payments and refunds of an order. */
export function renderPaid({ payments = [], refunds = [], currency }) {
  one("#paid-card").hidden = payments.length + refunds.length === 0;
  settle(one("#payments"), [payments, currency], () => payments.map((p) => payment(p, currency)));
  settle(one("#refunds"), [refunds, currency], () => refunds.map((r) => refunded(r, currency)));
}

const line = (...parts) => parts.filter(Boolean).join(" · ");

function payment({ number, method, provider, amount, state, at, reference, until, why, action = {}, dispute, disputes = [] }, currency) {
  const open = state === "pending" || state === "action-required";
  return make("li", {},
    make("p", {}, make("b", {}, `Payment ${number}: ${money(amount, currency)}`), ` by ${method} at ${provider}`),
    make("p", { class: "fine" }, line(`${state} since ${clock(at)}`, open && until && `until ${clock(until)}`, why, reference && `reference ${reference}`, action.voucher && `voucher ${action.voucher.number}`)),
    ...[dispute, ...disputes].filter(Boolean).map(disputed));
}

const disputed = ({ reference, amount, reason, state }) =>
  make("p", { class: state === "won" ? "fine" : "error" }, `Dispute ${reference} over ${money(amount.Minor, amount.Currency)}: ${reason}, ${state}`);

function refunded(r, currency) {
  const { number, payment, amount, reason, by, second, state, at, reference, products, endedBy, endedWhy } = r;
  return make("li", {},
    make("p", {}, make("b", {}, `Refund ${number}: ${money(amount, currency)}`), ` of payment ${payment}${products ? `, for ${products}` : ""}: ${reason}`),
    make("p", { class: state === "failed" ? "error" : "fine" }, line(waits(r) ? "waits for a second person" : `${state} since ${clock(at)}`, by && `asked for by ${by}`, second && `approved by ${second}`, endedBy && `${state} by ${endedBy}: ${endedWhy}`, reference && `reference ${reference}`)));
}
