// The order is made: its number, its price and its link, as the cart page handed them over. Who comes here without an order
// in this tab is not thanked.

import "/assets/js/frame.js";
import { here, one, say } from "/assets/js/dom.js";
import { money } from "/assets/js/format.js";
import { keep, recall } from "/assets/js/memory.js";
import { speakAs } from "/assets/js/order-language.js";
import { text } from "/assets/js/text.js";

const placed = recall("session", "acme.placed");
one(placed ? "#placed" : "#nobody").hidden = false;
if (placed) {
  if (placed.language) speakAs(placed.language);
  say(one("#order-number"), text("success.number", { id: placed.orderId, total: money(placed.amount, placed.currency) }));
  one("#mail").textContent = text("success.mail.to", { email: placed.email });
  one("#earlier").hidden = !placed.earlier;
  one("#track a").href = here(placed.trackingUrl);
  one("#track").hidden = false;
  const others = (recall("local", "acme.orders") ?? []).filter((o) => o.orderId !== placed.orderId);
  keep("local", "acme.orders", [{ orderId: placed.orderId, link: here(placed.trackingUrl) }, ...others].slice(0, 5));
}
