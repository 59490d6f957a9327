// The plants in the cart, with their quantities and sums.

import { contents, most, put } from "/assets/js/cart.js";
import { make, one, say } from "/assets/js/dom.js";
import { drawing } from "/assets/js/drawings.js";
import { money } from "/assets/js/format.js";
import { inLanguage, text } from "/assets/js/text.js";

/** linesOf is what of the cart is sold, in the catalog's order: [{product, n}]. */
export function linesOf(shop) {
  const cart = contents();
  return shop.products.filter((p) => cart[p.sku]).map((product) => ({ product, n: cart[product.sku] }));
}

/** totalOf is the sum of lines in minor units. */
export const totalOf = (lines) => lines.reduce((sum, { product, n }) => sum + n * product.price, 0);

/** piecesOf lists the lines as an order does: one SKU for each piece. */
export const piecesOf = (lines) => lines.flatMap(({ product, n }) => Array(n).fill(product.sku)).join(",");

/** sweep takes out what is no longer sold, and reports whether there was any. */
export function sweep(shop) {
  const gone = Object.keys(contents()).filter((sku) => !shop.products.some((p) => p.sku === sku));
  for (const sku of gone) put(sku, 0);
  return gone.length > 0;
}

/** renderLines draws the lines. What has the focus keeps it. */
export function renderLines(shop) {
  const lines = linesOf(shop);
  const focused = document.activeElement?.dataset?.part;
  one("#lines").replaceChildren(...lines.map((line) => row(line, shop)));
  one("#total").textContent = money(totalOf(lines), shop.currency);
  if (focused) document.querySelector(`[data-part="${focused}"]`)?.focus();
}

function row({ product, n }, shop) {
  const name = inLanguage(product.name);
  return make("li", { class: "line", "data-sku": product.sku },
    make("img", { src: drawing(product.sku), alt: "", width: 80, height: 96 }),
    make("div", { class: "what" }, make("h2", {}, name), make("p", { class: "fine" }, text("cart.each", { price: money(product.price, shop.currency) }))),
    stepper(product, name, n, shop),
    make("strong", { class: "sum" }, money(n * product.price, shop.currency)),
    make("button", { type: "button", class: "link", onclick: () => set(product, name, 0, shop) }, text("cart.remove"), make("span", { class: "hidden" }, `: ${name}`)));
}

function stepper(product, name, n, shop) {
  const button = (part, label, sign, wanted, off) =>
    make("button", { type: "button", "data-part": `${part}-${product.sku}`, "aria-label": label, "aria-disabled": String(off), onclick: () => off || set(product, name, wanted, shop) }, sign);
  const input = make("input", { inputmode: "numeric", value: n, "data-part": `n-${product.sku}`, "aria-label": text("cart.quantity", { name }),
    onchange: (event) => set(product, name, /^\d+$/.test(event.target.value.trim()) ? Number(event.target.value) : n, shop) });
  return make("div", { class: "stepper" },
    button("fewer", text("cart.fewer", { name }), "−", n - 1, n === 1), input,
    button("more", text("cart.more", { name }), "+", n + 1, n === most));
}

// The page redraws by the cart's own message; here it is only told to those who listen instead of look.
function set(product, name, wanted, shop) {
  const n = put(product.sku, wanted);
  const total = money(totalOf(linesOf(shop)), shop.currency);
  say(one("#cart-status"), n === 0 ? text("cart.removed", { name, total }) : text("cart.changed", { name, n, total }));
  if (n === 0) document.querySelector("[data-view]:not([hidden]) h1")?.focus();
}
