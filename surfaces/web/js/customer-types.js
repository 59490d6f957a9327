// Who may order where, and how they pay: all of it from the catalog.

import { make, one } from "/assets/js/dom.js";
import { country } from "/assets/js/format.js";
import { inLanguage, text } from "/assets/js/text.js";

const names = { B2C: "form.individual", B2B: "form.business" }; // of types that the catalog has no label for
const payments = { "at-once": "form.pay.now", "invoice": "form.pay.invoice" };

/** typesOf lists the customer types of a shop: [{name, label, payment, orgNumber, details, markets}]. */
export function typesOf(shop) {
  const types = new Map();
  for (const { market, customerTypes } of shop.marketDetails) {
    for (const type of customerTypes) {
      const before = types.get(type.name)?.markets ?? [];
      types.set(type.name, { ...type, markets: [...before, market] });
    }
  }
  return [...types.values()];
}

/** renderTypes offers the types, unless there is only one. */
export function renderTypes(types, chosen) {
  one("#field-customerType").hidden = types.length < 2;
  render("customerType", types.map((type) => ({ value: type.name, words: labelOf(type), checked: type.name === chosen.name })));
}

/** labelOf is a type's own label, or the page's, or else its bare name. */
function labelOf({ name, label }) {
  if (label && Object.keys(label).length > 0) return inLanguage(label);
  return names[name] ? text(names[name]) : name;
}

/** renderMarkets offers the markets, and says which ones a customer of this type cannot order in. */
export function renderMarkets(shop, type) {
  const fewer = type.markets.length < shop.markets.length;
  render("market", shop.markets.map((market) =>
    ({ value: market, words: country(market), checked: market === shop.market, disabled: !type.markets.includes(market) })));
  one("#hint-market").hidden = !fewer;
  one("#hint-market").textContent = text("form.market.only", { markets: type.markets.map(country).join(", ") });
}

/** renderPayment says how a customer of this type pays, and whether nothing is charged. */
export function renderPayment(shop, type) {
  one("#payment").textContent = payments[type.payment] ? text(payments[type.payment]) : "";
  one("#test-shop").hidden = !shop.marketDetails.find(({ market }) => market === shop.market)?.nothingCharged;
}

/** render draws radio buttons. What has the focus keeps it. */
function render(name, choices) {
  const focused = document.activeElement?.dataset?.part;
  one(`#${name}`).replaceChildren(...choices.map(({ value, words, checked, disabled = false }) =>
    make("label", {}, make("input", { type: "radio", name, value, checked, disabled, "data-part": `${name}-${value}` }), " ", make("span", {}, words))));
  if (focused) document.querySelector(`[data-part="${focused}"]`)?.focus();
}
