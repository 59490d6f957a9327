// Picking a delivery time, with the signed link from the mail; or another one, until the cut-off.

import "/assets/js/frame.js";
import { bookDelivery, deliveryTimes, moveDelivery, Problem } from "/assets/js/api.js";
import { one, onRetry, say, show } from "/assets/js/dom.js";
import { day, span, zone } from "/assets/js/format.js";
import { renderSlots } from "/assets/js/slots.js";
import { changesOf, changeable } from "/assets/js/steps.js";
import { speakAs } from "/assets/js/order-language.js";
import { text } from "/assets/js/text.js";

const key = new URLSearchParams(location.search).get("order") ?? "";
const form = one("#slots");
const badLink = new Set(["unauthorized", "not-found"]);
let timeZone;
let busy = false;
let moving = location.hash === "#change"; // another time is picked than the booked one

let again = false; // the delivery failed, and is booked again
let ends = new Map(); // of the windows, by their starts

const when = (ms) => text("delivery.chosen", { day: day(ms, timeZone), hour: span(ms, ends.get(ms), timeZone) });

async function load() {
  if (key === "") return show("bad-link");
  try {
    const times = await deliveryTimes(key);
    timeZone = times.timeZone;
    ends = new Map([...(times.windows ?? []), { from: times.deliveryTime, until: times.deliveryUntil }].map(({ from, until }) => [from, until]));
    return speakAs(times.language) || offer(times);
  } catch (problem) {
    console.error(problem);
    if (problem.kind === "link-replaced") return show("replaced");
    return show(badLink.has(problem.kind) || problem.kind === "invalid" ? "bad-link" : "unreachable");
  }
}

/** offer shows the free times, or why there are none for this order. */
function offer(times) {
  const { deliveryOptions, deliveryTime, status = "STOCKED" } = times;
  again = status === "DELIVERY_FAILED";
  moving = again || (moving && changeable(times));
  if (deliveryTime && !moving) return already(times);
  if (!moving && status !== "STOCKED") return show(status === "CANCELLED" ? "cancelled" : "early");
  if (deliveryOptions.length === 0) return show("full");
  one("#zone").textContent = text("delivery.zone", { zone: zone(timeZone) });
  one("#lead").textContent = again ? text("delivery.again.lead") : moving ? text("delivery.move.lead", { when: when(deliveryTime) }) : text("delivery.lead");
  renderSlots(one("#days"), deliveryOptions.filter((ms) => ms !== deliveryTime), timeZone, times.windows);
  setBusy(false);
  choose();
  return show("choose");
}

const chosen = () => form.querySelector("input:checked")?.value;

function choose() {
  const ms = chosen();
  one("#chosen").textContent = ms ? when(ms) : text("delivery.none");
  one("#book").disabled = !ms;
}

async function book(event) {
  event.preventDefault();
  const ms = chosen();
  if (busy || !ms) return;
  setBusy(true);
  say(one("#problem"), "");
  one("#taken").hidden = true;
  try {
    booked(await (moving ? moveDelivery : bookDelivery)(key, ms), ms);
  } catch (problem) {
    console.error(problem);
    await refused(problem);
  } finally {
    setBusy(false);
  }
}

function setBusy(now) {
  busy = now;
  one("#book").setAttribute("aria-disabled", String(now));
  one("#book").textContent = text(now ? "delivery.booking" : moving && !again ? "delivery.move" : "delivery.book");
}

/** booked shows the time as booked. An answer that does not tell this very time is not the shop's, and shows nothing as booked. */
function booked(booking, ms) {
  if (booking?.deliveryTime !== ms) throw new Problem("other", { detail: "the answer tells no booking" });
  one("#booked-when").textContent = when(booking.deliveryTime);
  one("#booked-where").textContent = text("delivery.booked.where", booking);
  show("booked");
}

function already(times) {
  one("#already-when").textContent = when(times.deliveryTime);
  one("#changes").textContent = changesOf(times) || text("delivery.already.more");
  one("#change").hidden = !changeable(times);
  show("already");
}

/** refused shows why the time could not be booked: each reason has a page of its own. */
async function refused({ kind }) {
  if (kind === "link-replaced") return show("replaced");
  if (badLink.has(kind)) return show("bad-link");
  if (kind === "slot-taken" || kind === "invalid") return taken(); // invalid: it is no longer on offer
  if (kind === "too-late") moving = false;
  if (kind === "already-booked" || kind === "not-ready" || kind === "too-late") await load(); // which tells the time, or the status
  say(one("#problem"), text("delivery.problem"));
  return one("#problem").focus();
}

async function taken() {
  await load();
  one("#taken").hidden = false;
  one("#taken").focus();
}

one("#change").addEventListener("click", () => {
  moving = true;
  load();
});
form.addEventListener("change", choose);
form.addEventListener("submit", book);
onRetry(load);
await load();
