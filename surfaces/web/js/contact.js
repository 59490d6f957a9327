// Whom customers can ask: at the foot of every page, as their market names it.

import { make, one } from "/assets/js/dom.js";

/** renderContact names whom to ask in the market that a catalog is of. */
export function renderContact({ market, marketDetails }) {
  const { email, phone } = marketDetails.find((m) => m.market === market)?.contact ?? {}; // a copy of the release before names no one
  const links = [];
  if (email) links.push(make("a", { href: `mailto:${email}` }, email), " ");
  if (phone) links.push(make("a", { href: `tel:${phone.replaceAll(/[^+0-9]/g, "")}` }, phone));
  one("#contact").hidden = links.length === 0;
  one("#contact span").replaceChildren(...links);
}
