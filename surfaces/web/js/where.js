// Where an order is delivered, and what its driver and its recipient are told.

import { make, one, say } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

/** renderWhere shows the address of delivery to the order's own customer. */
export function renderWhere({ where, deliveryNotes, giftMessage }) {
  one("#where").hidden = !where;
  if (!where) return;
  one("#where-lines").replaceChildren(...where.flatMap((line, i) => (i === 0 ? [line] : [make("br"), line])));
  say(one("#where-notes"), deliveryNotes ? text("order.notes", { notes: deliveryNotes }) : "");
  say(one("#where-gift"), giftMessage ? text("order.gift", { message: giftMessage }) : "");
}
