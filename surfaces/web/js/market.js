// Where the customer is: it decides currency, prices and time zone; and the language, when neither customer nor browser does.

import { catalog } from "/assets/js/api.js";
import { renderContact } from "/assets/js/contact.js";
import { drop, keep, recall } from "/assets/js/memory.js";
import { speakAsMarket } from "/assets/js/text.js";

const name = "acme.market";

/** choose keeps a market for the customer. */
export const choose = (market) => keep("local", name, market);

/**
 * loadCatalog fetches what is sold in the chosen market; in none chosen, where the browser seems to be, else in the
 * shop's first one. A market that is gone is forgotten.
 */
export async function loadCatalog() {
  const shop = await fetchCatalog();
  speakAsMarket(shop.language);
  renderContact(shop);
  return shop;
}

async function fetchCatalog() {
  try {
    return await catalog(recall("local", name) ?? regions()[0]);
  } catch (problem) {
    if (problem.kind !== "invalid") throw problem;
    drop("local", name);
    const shop = await catalog();
    const near = regions().find((region) => shop.markets.includes(region));
    return near && near !== shop.market ? catalog(near) : shop;
  }
}

/** regions are the countries in the browser's languages, such as MX in es-MX. */
function regions() {
  return navigator.languages.map((tag) => new Intl.Locale(tag).region).filter((region) => /^[A-Z]{2}$/.test(region));
}
