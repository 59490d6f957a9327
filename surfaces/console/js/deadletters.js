// Dead letters: why, what a replay would do, and the two ways out.

import { discard, replay, replayAll } from "./acts.js";
import { get } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { onNews, shopTime } from "./frame.js";
import { ago, clock, some } from "./words.js";

const only = new URLSearchParams(location.search).get("subscriber");
let does = {};
let last = -1;
let looked = 0;

async function look() {
  looked = Date.now();
  try {
    const { deadLetters } = await get("/deadletters");
    complain(null);
    render(deadLetters.filter((l) => !only || l.subscriber === only), deadLetters.length);
  } catch (error) {
    unknown(one("#found"), error);
  }
}

function render(letters, all) {
  const shown = letters.length === all ? "" : ` of ${some(all, "dead letter")}`;
  settle(one("#found"), [letters.length, all], () => [
    letters.length === 0 ? (only ? `There are no dead letters of ${only}.` : "There are no dead letters.") : only ? `${letters.length}${shown}: those of ${only}.` : `${some(letters.length, "dead letter")}.`,
    ...(only ? [" ", make("a", { href: "/console/deadletters" }, "Show all")] : []),
  ]);
  const groups = Map.groupBy(letters, (l) => l.subscriber);
  settle(one("#letters"), letters.map((l) => [l.eventId, l.subscriber, l.parkedAt]), () => [...groups].map(group));
}

function group([subscriber, letters]) {
  return make("section", { "aria-label": subscriber },
    make("div", { class: "group-head" }, make("h2", {}, subscriber),
      make("button", { class: "button", type: "button", onclick: () => then(replayAll(subscriber)) }, `Replay all ${letters.length}`)),
    make("p", {}, make("b", {}, "A replay "), does[subscriber] ?? "tries it again", "."),
    make("ul", { class: "letters" }, ...letters.map(letter)));
}

function letter(l) {
  const payload = make("pre", { tabindex: "0" });
  const details = make("details", { ontoggle: () => details.open && fill(payload, l) }, make("summary", {}, "The event"), make("p", { class: "fine" }, make("code", {}, l.eventId)), payload);
  const what = (does[l.subscriber] ?? "tries it again").replace("ORDER", l.ref);
  return make("li", { class: "card letter" },
    make("p", { class: "head" }, make("a", { href: `/console/orders/${l.orderId}` }, `Order ${l.orderId}`),
      make("span", { class: "fine" }, `given up ${ago(l.parkedAt, shopTime())} (${clock(l.parkedAt)}) after ${l.attempts === 1 ? "1 try" : `${l.attempts} tries`}`)),
    make("p", { class: "error" }, l.lastError), details,
    make("p", { class: "acts" },
      make("button", { class: "button", type: "button", onclick: () => then(replay(l, what)) }, "Replay"),
      make("button", { class: "button quiet", type: "button", onclick: () => then(discard(l, what)) }, "Discard")));
}

async function fill(place, { eventId, subscriber }) {
  try {
    const { data } = await get(`/deadletters/${encodeURIComponent(eventId)}/${encodeURIComponent(subscriber)}`);
    place.textContent = JSON.stringify(data, null, 2);
  } catch (error) {
    place.textContent = error.message;
  }
}

const then = async (done) => { if (await done) await look(); };

try {
  const shape = await get("/console/api/shape");
  does = Object.fromEntries(shape.events.flatMap((e) => e.subscribers.map((s) => [s.name, s.does])));
} catch (error) {
  complain(error);
}
await look();
onNews(({ parked }) => { // when their number changes, and now and then
  if (parked === last && Date.now() - looked < 10_000) return;
  last = parked;
  look();
});
