// The page of a plant. The server has written what is known of it; the script adds the price of the customer's market, the cart, and
// when the plant can be there.

import "/assets/js/frame.js";
import { freeTimes } from "/assets/js/api.js";
import { contents, onChange } from "/assets/js/cart.js";
import { addOne, addWords, renderSheet } from "/assets/js/cart-sheet.js";
import { one, say } from "/assets/js/dom.js";
import { day, money, span } from "/assets/js/format.js";
import { loadCatalog } from "/assets/js/market.js";
import { count, inLanguage, text } from "/assets/js/text.js";

const { sku } = one("#plant").dataset;
const button = one("#add");
let plants = []; // of the catalog

function renderCart() {
  const n = contents()[sku];
  one(".words", button).textContent = addWords(n);
  renderSheet(plants.map((p) => ({ sku: p.sku, name: inLanguage(p.name) })));
}

function renderPlant(shop, product) {
  one("#price").textContent = money(product.price, shop.currency);
  say(one("#few"), product.available && product.few ? count("home.left", product.left) : "");
  one("#sold-out").textContent = product.available ? "" : text("home.sold-out");
  button.hidden = !product.available;
  button.onclick = () => {
    addOne(product, inLanguage(product.name));
    renderCart();
  };
}

async function renderTime({ market }) {
  const { windows: [first], timeZone } = await freeTimes({ market, products: sku });
  say(one("#earliest"), first ? text("plant.earliest", { day: day(first.from, timeZone), hour: span(first.from, first.until, timeZone) }) : "");
}

async function render() {
  one("#unreachable").hidden = true;
  try {
    const shop = await loadCatalog();
    plants = shop.products;
    const product = plants.find((p) => p.sku === sku);
    if (product) renderPlant(shop, product);
    renderCart();
    if (product?.available) renderTime(shop).catch(console.info); // the page does without
  } catch (problem) {
    console.error(problem);
    one("#unreachable").hidden = false;
  }
}

one("#retry").addEventListener("click", render);
onChange(renderCart);
await render();
