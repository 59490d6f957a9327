// The sheet at the foot of the window: what was just put into the cart, and all that is in it.

import { contents, limitOf, put } from "/assets/js/cart.js";
import { one, say } from "/assets/js/dom.js";
import { keeps } from "/assets/js/memory.js";
import { text } from "/assets/js/text.js";

/** addWords is what the button says that adds a plant, of which n are in the cart. */
export const addWords = (n) => (n ? text("home.add.more", { n }) : text("home.add"));

/** addOne puts one more of a plant into the cart, and says what became of that. */
export function addOne(product, name) {
  one("#status").textContent = outcome(product, name);
  one("#sheet").hidden = false;
}

function outcome(product, name) {
  const before = contents()[product.sku] ?? 0;
  if (before >= limitOf(product)) return text("home.all-in-cart", { name });
  if (!keeps()) return text("shop.not-kept");
  return text("home.added", { name, n: put(product.sku, before + 1) });
}

/** renderSheet lists what is in the cart, of plants as { sku, name }. The sheet is hidden while it has nothing to say. */
export function renderSheet(plants) {
  const cart = contents();
  const lines = plants.filter(({ sku }) => cart[sku]).map(({ sku, name }) => `${name}\u00a0×\u00a0${cart[sku]}`);
  say(one("#sheet-lines"), lines.join(", "));
  one("#sheet").hidden = lines.length === 0 && one("#status").textContent === "";
}
