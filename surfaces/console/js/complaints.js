// Complaints: what waits for an answer.

import { get } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { onNews, shopTime } from "./frame.js";
import { kindOf } from "./complaint.js";
import { ago, clock, some } from "./words.js";

let looked = 0, blind = false;

async function look() {
  looked = Date.now();
  try {
    render((await get("/complaints")).complaints);
    if (blind) complain(null);
    blind = false;
  } catch (error) {
    blind = true;
    unknown(one("#found"), error);
  }
}

function render(waiting) {
  settle(one("#found"), [waiting.length], () => [waiting.length === 0 ? "No complaint waits for an answer." : `${some(waiting.length, "complaint")} ${waiting.length === 1 ? "waits" : "wait"} for an answer.`]);
  settle(one("#list"), waiting, () => waiting.map(item));
}

function item({ orderId, number, kind, photos, since, waits }) {
  return make("li", { class: "card letter", "data-order": String(orderId) },
    make("p", { class: "head" }, make("a", { href: `/console/orders/${orderId}#complaints-card` }, `Order ${orderId}`),
      make("span", { class: "fine" }, `waits since ${ago(Number(since), shopTime())} (${clock(Number(since))})`)),
    make("p", {}, `Complaint ${number}: ${kindOf(kind)}${photos ? `, with ${some(photos, "photo")}` : ""}`),
    waits && make("p", {}, `Answered by ${waits}; the refund waits for a second person.`));
}

await look();
onNews(() => { if (Date.now() - looked >= 5000) look(); });
