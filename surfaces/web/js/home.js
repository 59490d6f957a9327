// The first page: what there is to buy.

import "/assets/js/frame.js";
import { contents, onChange } from "/assets/js/cart.js";
import { addOne, addWords, renderSheet } from "/assets/js/cart-sheet.js";
import { make, one, say } from "/assets/js/dom.js";
import { drawing } from "/assets/js/drawings.js";
import { country, money } from "/assets/js/format.js";
import { choose, loadCatalog } from "/assets/js/market.js";
import { count, inLanguage, refocus, text } from "/assets/js/text.js";

const list = one("#products");

function card(product, currency, position) {
  const name = inLanguage(product.name);
  const image = make("img", { src: drawing(product.drawing), alt: "", width: 400, height: 480, loading: position < 3 ? "eager" : "lazy" });
  const button = make("button", { type: "button", class: "button", onclick: () => addOne(product, name) }, make("span", { class: "words" }, addWords()), make("span", { class: "hidden" }, `: ${name}`));
  const buy = product.available ? button : make("strong", { class: "sold-out" }, text("home.sold-out"));
  return make("li", { class: "product", "data-sku": product.sku },
    make("div", { class: "picture" }, image, make("span", { class: "in-cart", hidden: true })),
    make("h3", {}, product.page ? make("a", { href: product.page }, name) : name),
    make("p", { class: "about" }, inLanguage(product.description)),
    make("div", { class: "buy" }, make("strong", { class: "price" }, money(product.price, currency)), buy),
    ...(product.available && product.few ? [make("p", { class: "few" }, count("home.left", product.left))] : []));
}

/** renderCounts shows on each plant, and on its button, how many of it are in the cart, and in the sheet all that is. */
function renderCounts() {
  const cart = contents();
  const items = [...list.querySelectorAll("[data-sku]")];
  for (const item of items) {
    const n = cart[item.dataset.sku];
    say(one(".in-cart", item), n ? text("home.in-cart", { n }) : "");
    const words = item.querySelector(".buy .words");
    if (words) words.textContent = addWords(n);
  }
  renderSheet(items.map((item) => ({ sku: item.dataset.sku, name: one("h3", item).textContent })));
}

function renderMarkets(shop) {
  const buttons = shop.markets.map((market) =>
    make("button", { type: "button", "aria-pressed": String(market === shop.market), "data-part": `market-${market}`, onclick: () => move(market, shop) }, country(market)));
  one("#markets").replaceChildren(...buttons);
  one("#markets").hidden = buttons.length < 2;
}

/** move shows another market's prices. */
async function move(market, shop) {
  choose(market);
  await render();
  document.querySelector(`[data-part="market-${market}"]`)?.focus();
}

async function render() {
  one("#unreachable").hidden = true;
  list.setAttribute("aria-busy", "true");
  try {
    const shop = await loadCatalog();
    renderMarkets(shop);
    list.replaceChildren(...shop.products.map((product, i) => card(product, shop.currency, i)));
    renderCounts();
  } catch (problem) {
    console.error(problem);
    one("#unreachable").hidden = false;
  } finally {
    list.setAttribute("aria-busy", "false");
  }
}

one("#retry").addEventListener("click", render);
onChange(renderCounts);
await render();
refocus();
