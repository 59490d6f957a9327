// Reviews: the orders that wait for a person, and the person's yes or no.

import { approve, refuse } from "./acts.js";
import { get } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { onNews, shopTime } from "./frame.js";
import { ago, clock, money, some } from "./words.js";

let looked = 0, blind = false;

async function look() {
  looked = Date.now();
  try {
    render((await get("/reviews?step=approval")).reviews);
    if (blind) complain(null); // why a decision was refused stays
    blind = false;
  } catch (error) {
    blind = true;
    unknown(one("#found"), error);
  }
}

function render(waiting) {
  settle(one("#found"), [waiting.length], () => [waiting.length === 0 ? "No order waits for you." : `${some(waiting.length, "order")} ${waiting.length === 1 ? "waits" : "wait"} for you.`]);
  settle(one("#list"), waiting.map((o) => [o.orderId, o.approvedBy]), () => waiting.map(item));
}

function item(o) {
  return make("li", { class: "card letter", "data-order": String(o.orderId) },
    make("p", { class: "head" }, make("a", { href: `/console/orders/${o.orderId}` }, `Order ${o.orderId}`),
      make("span", { class: "fine" }, `waits since ${ago(o.since, shopTime())} (${clock(o.since)})`)),
    make("p", {}, make("b", {}, o.name), ` ${o.email} · ${o.market} ${o.customerType} · ${o.products} · `, make("b", {}, money(o.amount, o.currency))),
    o.two && make("p", {}, o.approvedBy ? `Approved by ${o.approvedBy}, waits for a second person.` : "Takes two persons to approve."),
    make("p", { class: "acts" },
      make("button", { class: "button", type: "button", onclick: () => then(approve(o.orderId, "approval")) }, "Approve"),
      make("button", { class: "button quiet", type: "button", onclick: () => then(refuse(o.orderId, "approval")) }, "Refuse")));
}

const then = async (done) => { await done; await look(); }; // also when someone else was quicker

await look();
onNews(() => { if (Date.now() - looked >= 2000) look(); });
