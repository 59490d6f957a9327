// An order's way to its customer, as steps and in words.

import { make } from "/assets/js/dom.js";
import { day, hour, moment, span, zone } from "/assets/js/format.js";
import { text } from "/assets/js/text.js";

// What a customer sees of an order's events, in order: [the name while it is to come, the name once it has happened].
const steps = {
  OrderImported: ["order.step.imported", "order.step.imported"],
  OrderCreated: ["order.step.created", "order.step.created"],
  PaymentDeclined: ["order.step.declined", "order.step.declined"],
  ReviewDone: ["order.step.review", "order.step.reviewed"],
  OrderDeliverable: ["order.step.potting", "order.step.potted"],
  DeliveryBooked: ["order.step.ready", "order.step.picked"],
  DeliveryRescheduled: ["order.step.rescheduled", "order.step.rescheduled"],
  DeliveryStarted: ["order.step.started", "order.step.started"],
  DeliveryFailed: ["order.step.failed", "order.step.failed"],
  Delivered: ["order.step.delivered", "order.step.delivered"],
  OrderCancelled: ["order.step.cancelled", "order.step.cancelled"],
};
const paidStep = ["order.pending", "order.step.paid"]; // OrderCreated, of an order that is paid before it goes on
const usual = new Set(["OrderCreated", "OrderDeliverable", "DeliveryBooked", "Delivered"]); // the others are listed once they have happened
const lost = new Set(["OrderCancelled", "PaymentDeclined", "DeliveryFailed"]); // steps that are no success

// The other events are the shop's own business, or have places of their own on the page (pay.js, refunds.js, complaints.js).
const furthest = { PLACED: "OrderCreated", STOCKED: "OrderDeliverable", DELIVERY_BOOKED: "DeliveryBooked" }; // of each status

const words = {
  PAYMENT_DECLINED: ["order.declined", "order.declined.more"],
  CREATED: ["order.created", "order.created.more"],
  IN_REVIEW: ["order.in-review", "order.in-review.more"],
  PLACED: ["order.placed", "order.placed.more"],
  STOCKED: ["order.stocked", "order.stocked.more"],
  DELIVERED: ["order.delivered", "order.delivered.more"],
  DELIVERY_FAILED: ["order.delivery-failed", "order.delivery-failed.more"],
};
const waits = { // of an order that waits for its payment, by stageOf
  asking: ["order.pending", "order.pending.more"],
  voucher: ["order.pending", "order.voucher.more"],
  unpaid: ["order.unpaid", "order.unpaid.more"],
  failed: ["order.failed", "order.failed.more"],
};
const unknown = ["order.unknown", "order.unknown.more"]; // a status that is newer than this page

const reasons = {
  customer: "order.cancelled.customer",
  "out-of-stock": "order.cancelled.out-of-stock",
  "organization-unverified": "order.cancelled.organization-unverified",
  "not-accepted": "order.cancelled.not-accepted",
  "paid-too-late": "order.cancelled.paid-too-late",
};
const refunds = { "under-way": "order.refund.under-way", done: "order.refund.done" };

/**
 * stageOf says how far the payment of an order is that waits for it: "asking" while its provider has no answer, "voucher" when
 * the customer has what to pay with, "unpaid", or "failed" when nothing is left to go on with; "" of any other order.
 */
export function stageOf({ status, payUntil, payment, shared }) {
  if (status !== "PAYMENT_PENDING") return "";
  if (shared || !payUntil || payment?.state === "pending") return "asking";
  if (!payment) return "failed";
  return payment.voucher ? "voucher" : "unpaid";
}

/** untilOf writes when a time ends, in a market's zone. */
export const untilOf = (ms, timeZone) => text("order.until", { day: day(ms, timeZone), hour: hour(ms, timeZone), zone: zone(timeZone) });

/** changeable reports whether a booked delivery can still be changed. */
export const changeable = ({ deliveryTime, changesUntil }) => Boolean(deliveryTime) && Number(changesUntil ?? 0) > Date.now();

/** changesOf says until when a booked delivery can be changed, or could; "" when there is none, or it never could. */
export function changesOf(order) {
  if (!order.deliveryTime || !order.changesUntil) return "";
  return text(changeable(order) ? "order.changes.until" : "order.changes.over", { until: untilOf(order.changesUntil, order.timeZone) });
}

/** isDead reports whether an order came to nothing. */
export const isDead = ({ status, final }) => final && !["DELIVERY_BOOKED", "DELIVERED"].includes(status);

/** isCancelledUnpaid reports whether an order was cancelled before it was paid. */
const isCancelledUnpaid = ({ status, cancelReason }) => status === "PAYMENT_DECLINED" && (cancelReason === "operator" || cancelReason in reasons);

/**
 * headline says how far an order is: [headline, what that means]. A booked time counts before the status does. What it means
 * for the customer is nothing to people with whom the order is shared.
 */
export function headline(order) {
  const { status, deliveryTime, deliveryUntil, timeZone, shared, cancelReason, payUntil } = order;
  const when = deliveryTime && { day: day(deliveryTime, timeZone), hour: span(deliveryTime, deliveryUntil, timeZone) };
  if (status === "OUT_FOR_DELIVERY") return [text("order.out"), text("order.out.more", when)];
  if (deliveryTime && !isDead(order) && !["DELIVERED", "DELIVERY_FAILED"].includes(status)) {
    return [text("order.booked", when), text("order.booked.more", { zone: zone(timeZone) })];
  }
  if (status === "CANCELLED") return [text("order.cancelled"), shared ? "" : whyCancelled(order)];
  if (isCancelledUnpaid(order)) return [text("order.cancelled"), `${whyCancelled(order)} ${text("order.cancelled-unpaid.more")}`];
  if (status === "DELIVERY_BOOKED") return [text("order.step.booked"), ""]; // in another system, which did not say for when
  if (status === "PAYMENT_DECLINED" && cancelReason === "not-paid") return [text("order.not-paid"), text("order.not-paid.more")];
  const [title, more] = waits[stageOf(order)] ?? words[status] ?? unknown;
  return [text(title), shared ? "" : text(more, { until: payUntil && untilOf(payUntil, timeZone) })];
}

/** whyCancelled says why an order was cancelled, and what becomes of the money. */
function whyCancelled({ cancelReason, refund }) {
  const why = reasons[cancelReason] ?? "order.cancelled.operator";
  return [why, refunds[refund] ?? "order.refund.none"].map((key) => text(key)).join(" ");
}

/**
 * renderSteps lists what has happened, in the order of time, and what is to come. What is dead has nothing to come. It returns how many
 * steps there are. What an order went through in another system, before it was imported, is not listed.
 */
export function renderSteps(place, order) {
  const past = pastOf(order);
  const coming = comingAfter(past, order);
  place.replaceChildren(...past.map(({ event, time }) => step(event, time, false, order)), ...coming.map((event) => step(event, undefined, event === coming[0], order)));
  return past.length + coming.length;
}

/** pastOf are the steps that are done. Of several reviews it is the last one, when none is under way. */
function pastOf({ steps: all, status }) {
  const reviewed = status === "IN_REVIEW" ? -1 : all.findLastIndex(({ event }) => event === "ReviewDone");
  return all.filter(({ event }, i) => event in steps && (event !== "ReviewDone" || i === reviewed));
}

function comingAfter(past, order) {
  if (isDead(order)) return [];
  const all = Object.keys(steps);
  const happened = (wanted) => past.some(({ event }) => event === wanted);
  const elsewhere = (event) => happened("OrderImported") && all.indexOf(event) <= all.indexOf(furthest[order.status]);
  const expected = (event) => usual.has(event) || (event === "ReviewDone" && order.status === "IN_REVIEW");
  return all.filter((event) => expected(event) && !happened(event) && !elsewhere(event));
}

function step(event, time, current, order) {
  const state = time ? (lost.has(event) ? "lost" : "done") : "waiting";
  const spoken = spokenStates[current ? "current" : state];
  return make("li", { class: state, "aria-current": current && "step", "data-event": event },
    make("span", { class: "name" }, nameOf(event, Boolean(time), order), ...(spoken ? [make("span", { class: "hidden" }, ` (${text(spoken)})`)] : [])),
    ...(time ? [make("time", { datetime: new Date(Number(time)).toISOString() }, moment(time, order.timeZone))] : []));
}

const spokenStates = { done: "order.step.done", waiting: "order.step.waiting", current: "order.step.current" };

function nameOf(event, happened, order) {
  const { paidBy, payUntil, cancelReason, status, deliveryTime, deliveryUntil, timeZone } = order;
  if (event === "PaymentDeclined" && cancelReason === "not-paid") return text("order.step.not-paid");
  if (event === "PaymentDeclined" && isCancelledUnpaid(order)) return text("order.step.cancelled");
  if (event === "Delivered" && deliveryTime && due.has(status)) {
    return text("order.step.due", { day: day(deliveryTime, timeZone), hour: span(deliveryTime, deliveryUntil, timeZone) });
  }
  const names = event === "OrderCreated" && (paidBy || payUntil) ? paidStep : steps[event];
  return text(names[happened ? 1 : 0]);
}

const due = new Set(["DELIVERY_BOOKED", "OUT_FOR_DELIVERY"]); // statuses whose delivery has a time
