// The order that this tab is paying: kept while the customer is on the provider's page, which knows nothing of ours.

import { here, one } from "/assets/js/dom.js";
import { drop, keep, recall } from "/assets/js/memory.js";
import { text } from "/assets/js/text.js";

const name = "acme.paying";

/** leaveToPay keeps the order that the customer is about to pay. */
export function leaveToPay({ orderId, trackingUrl, earlier = false }) {
  keep("session", name, { orderId, trackingUrl, earlier });
}

/** unpaid is the order that was on its way to be paid, or undefined. */
export const unpaid = () => recall("session", name);

/** isPaying reports whether this tab was paying an order. */
export const isPaying = (orderId) => unpaid()?.orderId === orderId;

/** paid forgets an order that need not be paid any more. */
export function paid(orderId) {
  if (isPaying(orderId)) drop("session", name);
}

/** remind tells of the order that was on its way to be paid, with the link to its page. */
export function remind(place) {
  const order = unpaid();
  if (!order) return;
  one("span", place).textContent = text("cart.unpaid", { id: order.orderId });
  one("a", place).href = here(order.trackingUrl);
  place.hidden = false;
}
