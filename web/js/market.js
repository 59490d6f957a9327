// Where the customer is: it decides currency, prices and time zone.

import { catalog } from "/assets/js/api.js";
import { keep, recall } from "/assets/js/memory.js";

const name = "acme.market";
const home = "US";

/** market is the customer's choice, else a guess from the browser's languages, such as es-MX. */
export function market() {
  return recall("local", name) ?? (navigator.languages.some((l) => l.endsWith("-MX")) ? "MX" : home);
}

/** choose keeps the customer's choice. */
export const choose = (chosen) => keep("local", name, chosen);

/** loadCatalog fetches what is sold in the customer's market. A market that is gone is forgotten. */
export async function loadCatalog() {
  try {
    return await catalog(market());
  } catch (problem) {
    if (problem.kind !== "invalid" || market() === home) throw problem;
    choose(home);
    return catalog(home);
  }
}
