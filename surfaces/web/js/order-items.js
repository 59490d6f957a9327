// What is in an order, and what it costs.

import { catalog } from "/assets/js/api.js";
import { includedIn, offsOf, renderBill, shownOff, sumOf } from "/assets/js/bill.js";
import { put } from "/assets/js/cart.js";
import { make, one, say } from "/assets/js/dom.js";
import { drawing } from "/assets/js/drawings.js";
import { money } from "/assets/js/format.js";
import { choose } from "/assets/js/market.js";
import { inLanguage, text } from "/assets/js/text.js";

/** renderItems shows what was agreed: lines with offers, taxes, the total. An order that knows no lines shows its plants. */
export async function renderItems(order) {
  one("#total").textContent = money(order.amount, order.currency);
  if (!order.agreed) return renderPlants(order);
  const { lines } = order.agreed;
  one("#items").replaceChildren(...lines.map((line) => item(line, line.quantity,
    [...(line.gift ? [make("p", { class: "fine gift" }, text("cart.gift"))] : []), ...(shownOff(line, order.agreed).length > 0 ? [make("ul", { class: "why" }, ...offsOf(line, order.agreed))] : [])],
    make("p", { class: "sum" }, ...sumOf(line, order.agreed)))));
  renderBill(one("#bill"), order.agreed);
  return say(one("#included"), includedIn(order.agreed));
}

function item(plant, pieces, more, sum) {
  return make("li", { "data-sku": plant.sku }, make("img", { src: drawing(plant.drawing), alt: "", width: 60, height: 72 }),
    make("div", {}, make("strong", {}, inLanguage(plant.name ?? { en: plant.sku })), " ", make("span", { class: "fine" }, `×\u00a0${pieces}`), ...more), sum);
}

/** piecesOf counts an order's pieces by SKU. */
function piecesOf({ products }) {
  const pieces = new Map();
  for (const sku of products.split(",")) pieces.set(sku, (pieces.get(sku) ?? 0) + 1);
  return pieces;
}

/** offerAgain lets the customer put what was ordered into the cart. */
export function offerAgain(order) {
  one("#again button").addEventListener("click", () => {
    for (const [sku, n] of piecesOf(order)) put(sku, n);
    choose(order.market);
    location.assign("/cart");
  });
}

/** renderPlants lists the plants. Without the catalog their numbers stand for their names. */
async function renderPlants(order) {
  const pieces = piecesOf(order);
  const list = (plants) => one("#items").replaceChildren(...[...pieces].map(([sku, n]) => item(plants.find((p) => p.sku === sku) ?? { sku }, n, [], "")));
  list([]);
  try {
    list((await catalog(order.market)).products);
  } catch (problem) {
    console.error(problem);
  }
}
