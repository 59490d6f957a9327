// The complaints of an order, and their answers.

import { act } from "./api.js";
import { make, one, settle } from "./dom.js";
import { sure } from "./sure.js";
import { clock, minor, money } from "./words.js";

const kinds = { damaged: "something is damaged", return: "the customer wants to return it", other: "something else" };
const most = 2000;
const said = { name: "text", label: "Answer; the customer reads it", most, lines: 5 };
const kept = "It is written down, with your name. The customer gets a mail.";

/** kindOf says what a complaint is about. */
export const kindOf = (kind) => kinds[kind] ?? kind;

/** renderComplaints lists the complaints of an order, with buttons to answer the open one. */
export function renderComplaints(order, then) {
  const { complaints = [], currency, refundable } = order;
  one("#complaints-card").hidden = complaints.length === 0;
  settle(one("#complaints"), [complaints, currency, refundable], () => complaints.map((c) => item(order, c, then)));
}

function item(order, c, then) {
  const photos = Array.from({ length: c.photos ?? 0 }, (_, i) => photo(order.orderId, c.number, i + 1));
  return make("li", { "data-complaint": String(c.number) },
    make("p", {}, make("b", {}, `Complaint ${c.number}: ${kindOf(c.kind)}`), ` · ${clock(c.at)}`),
    make("p", { class: "said" }, c.text || "The text is erased."),
    photos.length > 0 && make("p", { class: "photos" }, ...photos),
    make("p", { class: "fine" }, outcome(c, order)),
    c.answer && make("p", { class: "said" }, c.answer),
    c.replacement ? make("p", {}, make("a", { href: `/console/orders/${c.replacement}` }, `Order ${c.replacement}`), " replaces it.") : false,
    c.state === "open" && !c.waits && make("p", { class: "acts" }, ...answers(order, c, then)));
}

function photo(orderId, complaint, number) {
  const src = `/complaints/photo?${new URLSearchParams({ orderId, complaint, photo: number })}`;
  return make("a", { href: src, target: "_blank" }, make("img", { src, alt: `Photo ${number} of complaint ${complaint}`, loading: "lazy", width: 96, height: 96 }));
}

function outcome({ state, waits, by, refund, answeredAt }, { refunds = [], currency }) {
  if (waits) return `${by} has answered it; refund ${refund} waits for a second person.`;
  if (state === "open") return "It waits for an answer.";
  const back = refunds.find((r) => r.number === refund);
  return `${state.replace("-", " ")}${back ? ` (${money(back.amount, currency)}, refund ${refund})` : ""} by ${by || "someone"}, ${clock(answeredAt)}`;
}

function answers(order, c, then) {
  const button = (words, run) => make("button", { class: "button quiet", type: "button", onclick: () => then(run(order, c)) }, words);
  return [
    order.refundable > 0 && button("Give a part back", part), order.refundable > 0 && button("Give all back", all), button("Send a replacement", replace), button("Refuse", refuse),
  ].filter(Boolean);
}

const answer = ({ orderId }, { number }, outcome, given) => act("/answerComplaint", { orderId, complaint: number, outcome, ...given });

const part = (order, c) => sure({
  title: `Give a part of order ${order.orderId} back?`, text: [`At most ${money(order.refundable, order.currency)} are left of what was paid. Above a limit, another operator has to approve it.`, kept],
  fields: [{ name: "amount", label: `Amount in ${order.currency}, e.g. ${money(order.refundable, order.currency).replace(/[^\d.]/g, "")}`, most: 20 }, said], yes: "Give it back",
}, ({ amount, text }) => {
  const wished = minor(amount, order.currency);
  if (wished === null) throw new Error(`${amount} is no amount in ${order.currency}. Nothing was given back.`);
  return answer(order, c, "partly-refunded", { amount: wished, text });
});

const all = (order, c) => sure({
  title: `Give all of order ${order.orderId} back?`, text: [`${money(order.refundable, order.currency)} are left of what was paid. Above a limit, another operator has to approve it.`, kept],
  fields: [said], yes: "Give it back",
}, ({ text }) => answer(order, c, "refunded", { text }));

const replace = (order, c) => sure({
  title: `Send a replacement for order ${order.orderId}?`, text: ["A new order with all its plants is made, for nothing, to the same customer and address. The customer picks a delivery time for it.", kept],
  fields: [said], yes: "Send a replacement",
}, ({ text }) => answer(order, c, "replaced", { text }));

const refuse = (order, c) => sure({
  title: `Refuse complaint ${c.number} of order ${order.orderId}?`, text: ["No money is given back, and nothing is sent.", kept], fields: [said], yes: "Refuse it",
}, ({ text }) => answer(order, c, "refused", { text }));
