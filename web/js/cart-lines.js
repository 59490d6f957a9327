// The plants in the cart, with their quantities and sums.

import { offsOf, sumOf } from "/assets/js/bill.js";
import { contents, most, put } from "/assets/js/cart.js";
import { make, one } from "/assets/js/dom.js";
import { drawing } from "/assets/js/drawings.js";
import { money } from "/assets/js/format.js";
import { inLanguage, text } from "/assets/js/text.js";

/** linesOf is what of the cart is sold, in the catalog's order: [{product, n}]. */
export function linesOf(shop) {
  const cart = contents();
  return shop.products.filter((p) => cart[p.sku]).map((product) => ({ product, n: cart[product.sku] }));
}

/** piecesOf lists the lines as an order does: one SKU for each piece. */
export const piecesOf = (lines) => lines.flatMap(({ product, n }) => Array(n).fill(product.sku)).join(",");

/** sweep takes out what is no longer sold, and reports whether there was any. */
export function sweep(shop) {
  const gone = Object.keys(contents()).filter((sku) => !shop.products.some((p) => p.sku === sku));
  for (const sku of gone) put(sku, 0);
  return gone.length > 0;
}

/**
 * renderLines draws the lines, and what a quote says of them, which may be an old one or none: then the style sheet hides
 * its amounts. What has the focus keeps it.
 */
export function renderLines(shop, quote) {
  const priced = quote?.currency === shop.currency ? quote.lines : [];
  const focused = document.activeElement?.dataset?.part;
  one("#lines").replaceChildren(
    ...linesOf(shop).map((line) => row(line, priced.find(({ sku, gift }) => sku === line.product.sku && !gift), shop)),
    ...priced.filter(({ gift }) => gift).map((line) => giftRow(line, shop.currency)));
  if (focused) document.querySelector(`[data-part="${focused}"]`)?.focus();
}

const picture = (sku) => make("img", { src: drawing(sku), alt: "", width: 80, height: 96 });

function row({ product, n }, priced, shop) {
  const name = inLanguage(product.name);
  const each = text("cart.each", { price: money(priced?.unitPrice ?? product.price, shop.currency) });
  return make("li", { class: "line", "data-sku": product.sku }, picture(product.sku),
    make("div", { class: "what" }, make("h2", {}, name), make("p", { class: "fine" }, each), ...why(priced, shop.currency)),
    stepper(product, name, n),
    make("p", { class: "sum" }, ...(priced ? sumOf(priced, shop.currency) : [])),
    make("button", { type: "button", class: "link", onclick: () => set(product, 0) }, text("cart.remove"), make("span", { class: "hidden" }, `: ${name}`)));
}

const why = (line, currency) => (line?.off.length > 0 ? [make("ul", { class: "why" }, ...offsOf(line, currency))] : []);

/** giftRow is a line that the shop adds: nothing can be done about it. */
function giftRow(line, currency) {
  const name = line.quantity > 1 ? `${line.quantity} × ${inLanguage(line.name)}` : inLanguage(line.name);
  return make("li", { class: "line gift", "data-gift": line.sku }, picture(line.sku),
    make("div", { class: "what" }, make("h2", {}, name), make("p", { class: "fine" }, text("cart.gift")), ...why(line, currency)),
    make("p", { class: "sum" }, ...sumOf(line, currency)));
}

function stepper(product, name, n) {
  const button = (part, label, sign, wanted, off) =>
    make("button", { type: "button", "data-part": `${part}-${product.sku}`, "aria-label": label, "aria-disabled": String(off), onclick: () => off || set(product, wanted) }, sign);
  const input = make("input", { inputmode: "numeric", value: n, "data-part": `n-${product.sku}`, "aria-label": text("cart.quantity", { name }),
    onchange: (event) => set(product, /^\d+$/.test(event.target.value.trim()) ? Number(event.target.value) : n) });
  return make("div", { class: "stepper" },
    button("fewer", text("cart.fewer", { name }), "−", n - 1, n === 1), input,
    button("more", text("cart.more", { name }), "+", n + 1, n === most));
}

let changed = () => {};

/** onLine tells which line the customer has changed, and to how many pieces. */
export const onLine = (listener) => (changed = listener);

// The page redraws by the cart's own message, and says what it came to when the shop has told the price.
function set(product, wanted) {
  const name = inLanguage(product.name);
  const n = put(product.sku, wanted);
  changed((total) => (n === 0 ? text("cart.removed", { name, total }) : text("cart.changed", { name, n, total })));
  if (n === 0) document.querySelector("[data-view]:not([hidden]) h1")?.focus();
}
