// Picking a delivery time, with the signed link from the mail.

import "/assets/js/frame.js";
import { bookDelivery, deliveryTimes, Problem } from "/assets/js/api.js";
import { one, onRetry, say, show } from "/assets/js/dom.js";
import { day, hour, zone } from "/assets/js/format.js";
import { renderSlots } from "/assets/js/slots.js";
import { speakAs, text } from "/assets/js/text.js";

const key = new URLSearchParams(location.search).get("order") ?? "";
const form = one("#slots");
const badLink = new Set(["unauthorized", "not-found"]);
let timeZone;
let busy = false;

const when = (ms) => text("delivery.chosen", { day: day(ms, timeZone), hour: hour(ms, timeZone) });

async function load() {
  if (key === "") return show("bad-link");
  try {
    const times = await deliveryTimes(key);
    timeZone = times.timeZone;
    return speakAs(times.language, location.pathname) || offer(times);
  } catch (problem) {
    console.error(problem);
    return show(badLink.has(problem.kind) || problem.kind === "invalid" ? "bad-link" : "unreachable");
  }
}

/** offer shows the free times, or why there are none for this order. */
function offer({ deliveryOptions, deliveryTime, status = "STOCKED" }) {
  if (deliveryTime) return already(deliveryTime);
  if (status !== "STOCKED") return show(status === "CANCELLED" ? "cancelled" : "early");
  if (deliveryOptions.length === 0) return show("full");
  one("#zone").textContent = text("delivery.zone", { zone: zone(timeZone) });
  renderSlots(one("#days"), deliveryOptions, timeZone);
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
    booked(await bookDelivery(key, ms), ms);
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
  one("#book").textContent = text(now ? "delivery.booking" : "delivery.book");
}

/** booked shows the time as booked. An answer that does not tell this very time is not the shop's, and shows nothing as booked. */
function booked(booking, ms) {
  if (booking?.deliveryTime !== ms) throw new Problem("other", { detail: "the answer tells no booking" });
  one("#booked-when").textContent = when(booking.deliveryTime);
  one("#booked-where").textContent = text("delivery.booked.where", booking);
  show("booked");
}

function already(ms) {
  one("#already-when").textContent = when(ms);
  show("already");
}

/** refused shows why the time could not be booked: each reason has a page of its own. */
async function refused({ kind }) {
  if (badLink.has(kind)) return show("bad-link");
  if (kind === "slot-taken" || kind === "invalid") return taken(); // invalid: it is no longer on offer
  if (kind === "already-booked" || kind === "not-ready") await load(); // which tells the time, or the status
  say(one("#problem"), text("delivery.problem"));
  return one("#problem").focus();
}

async function taken() {
  await load();
  one("#taken").hidden = false;
  one("#taken").focus();
}

form.addEventListener("change", choose);
form.addEventListener("submit", book);
onRetry(load);
await load();
