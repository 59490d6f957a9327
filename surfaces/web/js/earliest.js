// When we could come at the earliest: told before anyone pays. The customer picks the time when the plants are ready.

import { freeTimes } from "/assets/js/api.js";
import { one, say } from "/assets/js/dom.js";
import { day, span } from "/assets/js/format.js";
import { text } from "/assets/js/text.js";

const place = one("#earliest");
const written = () => one("#postalCode").value.trim().slice(0, 20);
let postalCode; // as it was when the customer had written it
let asked = ""; // what the words are about

/**
 * renderEarliest tells the next free delivery window of a market, for some products. Without an answer it tells nothing: an order does not
 * depend on it.
 */
export async function renderEarliest(market, products) {
  postalCode ??= written();
  const about = JSON.stringify([market, postalCode, products]);
  if (about === asked) return;
  asked = about;
  try {
    const { windows: [first], timeZone } = await freeTimes({ market, postalCode, products });
    if (about === asked) say(place, first ? text("cart.earliest", { day: day(first.from, timeZone), hour: span(first.from, first.until, timeZone) }) : text("cart.full"));
  } catch (problem) {
    say(place, "");
    console.info(problem);
  }
}

one("#postalCode").addEventListener("change", () => (postalCode = written()));
