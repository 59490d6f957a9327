// The invoice or receipt of an order, and its credit notes.

import { make, one } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

const names = { "receipt": "paper.receipt", "invoice": "paper.invoice", "credit-note": "paper.credit-note" };

/** renderPapers links the documents that there are of an order. */
export function renderPapers({ documents = [] }, key) {
  one("#papers").hidden = documents.length === 0;
  one("#papers ul").replaceChildren(...documents.map((paper) => item(paper, key)));
}

function item({ kind, number }, key) {
  const name = text(names[kind], { number });
  const where = `/receipt?${new URLSearchParams({ key, number })}`;
  return make("li", {}, make("p", {}, make("a", { href: where }, name), " · ", make("a", { href: `${where}&as=pdf`, "aria-label": text("paper.pdf", { name }) }, "PDF")));
}
