// The invoices, receipts and credit notes of an order.

import { make, one, settle } from "./dom.js";
import { money } from "./words.js";

const names = { invoice: "Invoice", receipt: "Receipt", "credit-note": "Credit note" };

/** renderDocuments links the documents that the books have of an order. */
export function renderDocuments({ documents = [], currency }) {
  one("#documents-card").hidden = documents.length === 0;
  settle(one("#documents"), documents, () => documents.map((d) => item(d, currency)));
}

function item({ number, kind, day, total }, currency) {
  const where = `/books/documents/${encodeURIComponent(number)}`;
  return make("li", {},
    make("p", {}, make("a", { href: where }, `${names[kind] ?? kind} ${number}`), " (", make("a", { href: `${where}?as=pdf`, "aria-label": `${number} as PDF` }, "PDF"), ")"),
    make("p", { class: "fine" }, `${day} · ${money(total, currency)}`));
}
