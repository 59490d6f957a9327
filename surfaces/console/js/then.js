// An order as it was at a moment of its history.

import { make, one, settle } from "./dom.js";
import { clock, slot, title } from "./words.js";

const yes = (is) => (is ? "yes" : "no");

/** renderThen shows the order as it was after a moment. */
export function renderThen({ moments, createdAt, timeZone }, at, slider) {
  const m = moments[at];
  const name = m.kind === "action" ? title(m.title) : m.title.replaceAll("_", " ");
  const after = ((new Date(m.at) - new Date(createdAt)) / 1000).toFixed(3);
  slider.setAttribute("aria-valuetext", `${at + 1} of ${moments.length}: ${name}, ${after} seconds after the order. ${m.after.status.replaceAll("_", " ")}`);
  settle(one("#moment"), [at, name, m.at], () => [make("b", {}, name), make("span", { class: "fine" }, `${clock(m.at, true)}, ${after} s after the order`)]);
  const s = m.after;
  const rows = [
    ["Status", s.status.replaceAll("_", " ")], ["Paid", yes(s.paid)], ["Plants are there", yes(s.stock)],
    ["Delivery", s.deliveryTime ? `${slot(Date.parse(s.deliveryTime), undefined, timeZone)} in ${timeZone}` : "not booked"], ["In the books", yes(s.booked)], ["Mails sent", String(s.mails)],
    ["Events in work", String(s.open)], ...(s.cancelReason ? [["Cancelled", s.cancelReason], ["Money back", yes(s.refunded)]] : []),
  ];
  settle(one("#then"), rows, () => rows.flatMap(([what, is]) => [make("dt", {}, what), make("dd", {}, is)]));
}
