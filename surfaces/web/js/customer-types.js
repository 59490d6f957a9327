// Who may order where: all of it from the catalog.

import { renderChoices } from "/assets/js/choices.js";
import { one } from "/assets/js/dom.js";
import { country } from "/assets/js/format.js";
import { inLanguage, text } from "/assets/js/text.js";

const names = { B2C: "form.individual", B2B: "form.business" }; // of types that the catalog has no label for

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
  renderChoices("customerType", types.map((type) => ({ value: type.name, words: labelOf(type), checked: type.name === chosen.name })));
}

/** labelOf is a type's own label, or the page's, or else its bare name. */
function labelOf({ name, label }) {
  if (label && Object.keys(label).length > 0) return inLanguage(label);
  return names[name] ? text(names[name]) : name;
}

/** renderMarkets offers the markets, and says which ones a customer of this type cannot order in. */
export function renderMarkets(shop, type) {
  const fewer = type.markets.length < shop.markets.length;
  renderChoices("market", shop.markets.map((market) =>
    ({ value: market, words: country(market), checked: market === shop.market, disabled: !type.markets.includes(market) })));
  one("#hint-market").hidden = !fewer;
  one("#hint-market").textContent = text("form.market.only", { markets: type.markets.map(country).join(", ") });
}

/** renderTestShop says whether nothing is charged. */
export function renderTestShop(shop) {
  one("#test-shop").hidden = !shop.marketDetails.find(({ market }) => market === shop.market)?.nothingCharged;
}
