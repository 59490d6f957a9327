// The order is made: its number, its price and its link, as the cart page handed them over.

import "/assets/js/frame.js";
import { here, one, say } from "/assets/js/dom.js";
import { money } from "/assets/js/format.js";
import { recall } from "/assets/js/memory.js";
import { speakAs, text } from "/assets/js/text.js";

const placed = recall("session", "acme.placed");
if (placed) {
  if (placed.language) speakAs(placed.language, location.pathname);
  say(one("#order-number"), text("success.number", { id: placed.orderId, total: money(placed.amount, placed.currency) }));
  one("#mail").textContent = text("success.mail.to", { email: placed.email });
  one("#earlier").hidden = !placed.earlier;
  one("#track a").href = here(placed.trackingUrl);
  one("#track").hidden = false;
}
