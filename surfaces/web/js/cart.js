// What the customer wants to buy: pieces by SKU. It survives reloads, and all tabs see the same.

import { keep, recall } from "/assets/js/memory.js";

const name = "acme.cart";
const listeners = new Set();

/** most is how many pieces of one plant a cart takes. The shop has its own limit for the whole order. */
export const most = 50;

/** contents is the cart as { sku: pieces }. What someone else wrote there is left out. */
export function contents() {
  const kept = recall("local", name);
  const entries = Object.entries(kept && typeof kept === "object" ? kept : {});
  return Object.fromEntries(entries.filter(([, pieces]) => Number.isInteger(pieces) && pieces > 0));
}

/** limitOf is how many pieces of a plant a cart takes: no more than are left. */
export const limitOf = ({ left }) => Math.min(left ?? most, most);

/** pieces is how many pieces the cart holds. */
export function pieces() {
  return Object.values(contents()).reduce((sum, n) => sum + n, 0);
}

/** put sets how many pieces of a plant are wanted; 0 takes it out. It returns what was set. */
export function put(sku, wanted) {
  const cart = contents();
  const n = Math.min(Math.max(Math.trunc(wanted) || 0, 0), most);
  cart[sku] = n;
  if (n === 0) delete cart[sku];
  store(cart);
  return n;
}

/** empty takes everything out. */
export function empty() {
  store({});
}

function store(cart) {
  keep("local", name, cart);
  for (const tell of listeners) tell();
}

/** onChange tells when the cart has changed, in this tab or in another one. */
export function onChange(tell) {
  listeners.add(tell);
  window.addEventListener("storage", (change) => {
    if (change.key === name || change.key === null) tell();
  });
  window.addEventListener("pageshow", (shown) => shown.persisted && tell()); // back from the browser's page cache
}
