// The plants in the cart, with their quantities and sums.

import { offsOf, shownOff, sumOf } from "/assets/js/bill.js";
import { contents, limitOf, put } from "/assets/js/cart.js";
import { arrange, make, one } from "/assets/js/dom.js";
import { drawing } from "/assets/js/drawings.js";
import { money } from "/assets/js/format.js";
import { count, inLanguage, text } from "/assets/js/text.js";

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

let drawn; // the catalog of the rows that are there
let rows = new Map(); // by SKU

/**
 * renderLines draws the lines, and what a quote says of them, which may be an old one or none: then the style sheet hides
 * its amounts. What has the focus keeps it.
 */
export function renderLines(shop, quote) {
  if (drawn !== shop) [drawn, rows] = [shop, new Map()];
  const priced = quote.currency === shop.currency ? quote.lines : [];
  const focused = document.activeElement?.dataset?.part;
  const lines = linesOf(shop).map(({ product, n }) => {
    if (!rows.has(product.sku)) rows.set(product.sku, row(product, shop));
    return rows.get(product.sku)(n, priced.find(({ sku, gift }) => sku === product.sku && !gift), quote);
  });
  arrange(one("#lines"), [...lines, ...priced.filter(({ gift }) => gift).map((line) => giftRow(line, quote))]);
  if (focused) document.querySelector(`[data-part="${focused}"]`)?.focus();
}

const picture = (name) => make("img", { src: drawing(name), alt: "", width: 80, height: 96 });

/** row makes a row, and returns what draws it with a number of pieces and their price. */
function row(product, shop) {
  const name = inLanguage(product.name);
  const each = make("p", { class: "fine" });
  const what = make("div", { class: "what" }, make("h2", {}, product.page ? make("a", { href: product.page }, name) : name), each);
  const [pieces, step] = stepper(product, name);
  const sum = make("p", { class: "sum" });
  const element = make("li", { class: "line", "data-sku": product.sku }, picture(product.drawing), what, pieces, sum,
    make("button", { type: "button", class: "link", onclick: () => set(product, 0) }, text("cart.remove"), make("span", { class: "hidden" }, `: ${name}`)));
  return (n, priced, quote) => {
    step(n);
    each.textContent = text("cart.each", { price: money(priced?.unitPrice ?? product.price, shop.currency) });
    what.replaceChildren(what.firstChild, each, ...scarce(product, n), ...why(priced, quote));
    sum.replaceChildren(...(priced ? sumOf(priced, quote) : []));
    return element;
  };
}

/** scarce says of a line that there are not so many left. */
function scarce({ available, left, few }, n) {
  if (!available) return [make("p", { class: "scarce" }, text("cart.sold-out"))];
  return few || n > (left ?? n) ? [make("p", { class: "scarce" }, count("cart.left", left))] : [];
}

const why = (line, quote) => (line && shownOff(line, quote).length > 0 ? [make("ul", { class: "why" }, ...offsOf(line, quote))] : []);

/** giftRow is a line that the shop adds: nothing can be done about it. */
function giftRow(line, quote) {
  const name = line.quantity > 1 ? `${line.quantity} × ${inLanguage(line.name)}` : inLanguage(line.name);
  return make("li", { class: "line gift", "data-gift": line.sku }, picture(line.drawing),
    make("div", { class: "what" }, make("h2", {}, name), make("p", { class: "fine" }, text("cart.gift")), ...why(line, quote)),
    make("p", { class: "sum" }, ...sumOf(line, quote)));
}

/** stepper makes the choice of how many pieces, and what draws it with a number: what is being typed stays. */
function stepper(product, name) {
  let shown;
  const there = () => contents()[product.sku] ?? 0;
  const button = (part, label, sign, step) => make("button", { type: "button", "data-part": `${part}-${product.sku}`, "aria-label": label,
    onclick: ({ target }) => target.getAttribute("aria-disabled") === "true" || set(product, there() + step) }, sign);
  const fewer = button("fewer", text("cart.fewer", { name }), "−", -1);
  const more = button("more", text("cart.more", { name }), "+", 1);
  const input = make("input", { inputmode: "numeric", "data-part": `n-${product.sku}`, "aria-label": text("cart.quantity", { name }), onchange: type });
  function type() {
    const typed = input.value.trim();
    shown = undefined;
    set(product, /^\d+$/.test(typed) ? Number(typed) : there());
  }
  return [make("div", { class: "stepper" }, fewer, input, more), (n) => {
    fewer.setAttribute("aria-disabled", String(n === 1));
    more.setAttribute("aria-disabled", String(n >= limitOf(product)));
    if (n !== shown) input.value = shown = n;
  }];
}

let changed = () => {};

/** onLine tells which line the customer has changed, and to how many pieces. */
export const onLine = (listener) => (changed = listener);

// The page redraws by the cart's own message, and says what it came to when the shop has told the price.
function set(product, wanted) {
  const name = inLanguage(product.name);
  const n = put(product.sku, Math.min(wanted, limitOf(product)));
  changed((total) => (n === 0 ? text("cart.removed", { name, total }) : text("cart.changed", { name, n, total })));
  if (n === 0) document.querySelector("[data-view]:not([hidden]) h1")?.focus();
}
