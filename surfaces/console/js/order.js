// One order: what happened, because of what, and how it was at any moment.

import { approve, approveRefund, askAgain, cancel, deliver, discard, move, refund, refuse, refuseRefund, replay } from "./acts.js";
import { get } from "./api.js";
import { kindOf, renderComplaints } from "./complaint.js";
import { correctOrder, renderCorrections } from "./correct.js";
import { isReported, nameOf, report } from "./deliveries.js";
import { addNote, copyLink, renderDesk, renewLink } from "./desk.js";
import { renderDocuments } from "./documents.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { onNews } from "./frame.js";
import { renderPaid, waits } from "./paid.js";
import { renderThen } from "./then.js";
import { renderTimeline } from "./timeline.js";
import { clock, money, slot, tone } from "./words.js";

const id = location.pathname.split("/").pop();
const slider = one("#when");
let orderHistory;
let shown = "";
let looking = false;
let lost = false; // the last look failed

async function look() {
  if (looking) return;
  looking = true;
  try {
    const now = await get(`/console/api/orders/${encodeURIComponent(id)}`);
    const text = JSON.stringify(now);
    if (text !== shown) {
      shown = text;
      render(now);
    }
    if (lost) complain(null); // what else went wrong stays until something goes well
    lost = false;
  } catch (error) {
    lost = true;
    shown = "";
    if (orderHistory) unknown(one("#summary"), error);
    else complain(error);
  }
  looking = false;
}

function render(now) {
  const atEnd = !orderHistory || Number(slider.value) === orderHistory.moments.length - 1;
  const last = orderHistory?.moments[Number(slider.value)]?.id;
  orderHistory = now;
  one("#title").textContent = `Order ${orderHistory.orderId}`;
  document.title = `Order ${orderHistory.orderId} · ACME console`;
  const chip = one("#status");
  chip.textContent = orderHistory.status.replaceAll("_", " ");
  chip.className = `chip ${tone(orderHistory.status, orderHistory.next.length === 0)}`;
  const summary = summaryOf(orderHistory);
  settle(one("#summary"), summary, () => [summary]);
  troubles();
  acts();
  facts();
  renderPaid(orderHistory);
  renderDocuments(orderHistory);
  renderComplaints(orderHistory, then);
  renderDesk(orderHistory, then);
  renderCorrections(orderHistory);
  slider.max = orderHistory.moments.length - 1;
  const kept = orderHistory.moments.findIndex((m) => m.id === last);
  slider.value = atEnd || kept < 0 ? orderHistory.moments.length - 1 : kept;
  slide();
}

/** summaryOf says in a line whose order it is and how it stands. */
const summaryOf = (o) => [
  ...(o.email ? [o.name, o.email, o.phone] : ["personal data erased"]), money(o.total, o.currency), `${o.market} ${o.customerType}`, o.testId && `test ${o.testId}`,
  `made ${clock(o.createdAt)}`, `in this status since ${clock(o.statusAt)}`,
].filter(Boolean).join(" · ");

function slide() {
  const at = Number(slider.value);
  renderThen(orderHistory, at, slider);
  renderTimeline(one("#timeline"), orderHistory.moments, at, { go: (i) => { slider.value = i; slide(); } });
}

const then = async (done) => { if (await done) await look(); };

/** troubles says at the top what is wrong with the order, and what can be done about it. */
function troubles() {
  const { complaints = [], bounced, email } = orderHistory;
  const open = complaints.find((c) => c.state === "open" && !c.waits);
  const wrong = orderHistory.moments.filter((m) => m.state === "parked" || (m.state === "pending" && m.attempts > 0));
  const loose = email && stillOpens(orderHistory);
  settle(one("#troubles"), [open, bounced, loose, email, wrong.map((m) => [m.id, m.state, m.attempts, m.error])], () => [
    open && trouble(`The customer complains: ${kindOf(open.kind)}`, "#complaints-card", "Answer it"),
    bounced && trouble(`A mail bounced: ${bounced.reason || "no reason was given"}`, "#mails-card", "See the mails"),
    loose && make("li", { class: "alert warning" }, make("h2", {}, "The mail address was corrected, and the links in the old mails still open the order"),
      make("p", { class: "acts" }, make("button", { class: "button quiet", type: "button", onclick: () => then(renewLink(orderHistory)) }, `Renew the links, and mail them to ${email}`))),
    ...wrong.map(stuck),
  ].filter(Boolean));
}

/** stillOpens reports whether someone else may have a link: the mail address was corrected, and the links were not renewed since. */
function stillOpens({ corrections = [], moments }) {
  const corrected = corrections.filter(({ fields }) => fields.some(({ field }) => field === "email")).map(({ at }) => new Date(at));
  const renewed = moments.filter((m) => m.kind === "action" && m.title === "renew-link").map((m) => new Date(m.at));
  return corrected.length > 0 && Math.max(...corrected) > Math.max(0, ...renewed);
}

const trouble = (title, where, what) => make("li", { class: "alert warning" }, make("h2", {}, title), make("p", {}, make("a", { href: where }, what)));

/** stuck is something that is not done. */
function stuck(m) {
  return make("li", { class: `alert ${m.state === "parked" ? "high" : "warning"}` },
    make("h2", {}, m.state === "parked" ? `${m.subscriber} gave up` : `${m.subscriber} fails, and is tried again`),
    make("p", { class: "error" }, m.error),
    make("p", {}, make("b", {}, "What is not done: "), `it ${m.text}.`),
    m.state === "parked" && make("p", { class: "acts" },
      make("button", { class: "button", type: "button", onclick: () => then(replay(m, m.text)) }, "Replay"),
      make("button", { class: "button quiet", type: "button", onclick: () => then(discard(m, m.text)) }, "Discard")));
}

function acts() {
  const { orderId, email, cancellable, next, status, refundable = 0, refunds = [], reviews = [], deliveryTime, changesUntil } = orderHistory;
  const movable = status === "DELIVERY_FAILED" || (["STOCKED", "DELIVERY_BOOKED"].includes(status) && Date.parse(changesUntil) > Date.now());
  const open = status === "IN_REVIEW" ? reviews.filter((r) => r.state === "open").map((r) => r.step) : [];
  const button = (text, run) => make("button", { class: "button quiet", type: "button", onclick: () => then(run()) }, text);
  settle(one("#acts"), [status, next, open, refunds, email, deliveryTime, movable], () => [
    ...open.flatMap((step) => [button(`Approve (${step})`, () => approve(orderId, step)), button(`Refuse (${step})`, () => refuse(orderId, step))]),
    status === "PLACED" && button("Ask the stockist again", () => askAgain(orderId, orderHistory.ref)),
    status === "STOCKED" && !deliveryTime && button("Book the delivery", () => deliver(orderHistory)),
    movable && button("Change the delivery", () => deliver(orderHistory)),
    ...refunds.filter(waits).flatMap((r) => [button(`Approve refund ${r.number}`, () => approveRefund(orderHistory, r)), button(`Refuse refund ${r.number}`, () => refuseRefund(orderHistory, r))]),
    ...next.filter(isReported).map((to) => button(nameOf(to), () => report(orderHistory, to))),
    email && button("Correct the order", () => correctOrder(orderHistory)),
    button("Add a note", () => addNote(orderHistory)),
    email && button("Copy the customer's link", () => copyLink(orderHistory)),
    email && make("a", { class: "button quiet", href: `/console/orders?q=${encodeURIComponent(email)}${orderHistory.testId ? "&tests=only" : ""}` }, "All orders of this customer"),
  ].filter(Boolean));
  const byHand = next.filter((to) => !isReported(to) && !(to === "CANCELLED" && cancellable) && status !== "DELIVERY_FAILED"); // another time is booked otherwise
  settle(one("#final-acts"), [cancellable, next, refundable, email], () => [
    email && button("Renew the links", () => renewLink(orderHistory)),
    refundable > 0 && button("Give money back", () => refund(orderHistory)),
    byHand.length > 0 && status !== "PAYMENT_PENDING" && button("Change the status", () => move(orderId, byHand)),
    cancellable && button("Cancel the order", () => cancel(orderHistory)),
  ].filter(Boolean));
}

function facts() {
  const s = orderHistory;
  const rows = [
    ["Reference", s.ref], ["Customer", s.name], ["Mail", s.email], ["Telephone", s.phone], ["Address", s.where.join(", ")], ["Recipient's telephone", s.address?.recipientPhone],
    ["Delivery notes", s.address?.deliveryNotes], ["Gift message", s.address?.giftMessage], ["Language", s.language], ["Organization", s.orgNumber], ...s.agreed.map(({ name, text }) => [name, text]),
    ["Total", money(s.total, s.currency)], ["Exchange rate", s.rate], ["Paid at", s.paymentProvider], ["Charge", s.paymentReference], ["Refund", s.refundReference],
    ["Delivery", s.deliveryTime && `${slot(Date.parse(s.deliveryTime), s.deliveryUntil && Date.parse(s.deliveryUntil), s.timeZone)} in ${s.timeZone}`], ["Cancelled", s.cancelReason], ...parcel(s.tracking),
    ["Reviews", (s.reviews ?? []).map((r) => `${r.step} ${r.state}${said(r)}`).join(", ")],
  ];
  settle(one("#who"), rows, () => rows.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}

/** parcel is what was reported of a delivery. */
function parcel(t) {
  if (!t) return [];
  return [["Tracking number", t.number], ["Taken by", t.receivedBy], ["Left at", t.leftAt], ["Photo", t.photo], ["Not delivered because", t.reason], ["Last report", `by ${t.by}, about ${clock(t.at)}`]];
}

/** said is who decided about a step, or has passed it as the first of two. */
function said({ state, by, first }) {
  if (!first || state === "refused") return by ? ` by ${by}` : "";
  return by ? ` by ${first} and ${by}` : `, approved by ${first}, waits for a second person`;
}

slider.addEventListener("input", slide);
await look();
onNews(look); // each second, and only what has changed is drawn
