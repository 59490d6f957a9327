// The counts of products: how many were received, how many orders have taken, and what is left.

import { act, get } from "./api.js";
import { make, one, settle, unknown } from "./dom.js";
import "./frame.js";
import { sure } from "./sure.js";

async function look() {
  try {
    const { products } = await get("/stock/counts");
    render(products);
  } catch (error) {
    one("#verdict").className = "notice bad";
    unknown(one("#verdict"), error);
  }
}

function render(products) {
  const few = products.filter(({ low }) => low).map(({ sku, left }) => (left > 0 ? `${left} of ${sku}` : `${sku} is sold out`));
  const says = products.length === 0 ? "No product is counted." : few.length > 0 ? `Few are left: ${few.join(", ")}.` : "There is enough of each counted product.";
  const verdict = one("#verdict");
  verdict.className = few.length > 0 ? "notice bad" : "notice";
  settle(verdict, says, () => [says]);
  settle(one("#counts"), products, () => (products.length === 0 ? [] : [table(products)]));
}

const table = (products) => make("section", { class: "card" }, make("table", {}, make("caption", {}, "Pieces"),
  make("thead", {}, make("tr", {}, ...["Product", "Received", "Taken", "Left", "Change"].map((title, i) => make("th", { scope: "col", class: i > 0 ? "n" : "" }, title)))),
  make("tbody", {}, ...products.map(row))));

const row = (p) => make("tr", { "data-sku": p.sku }, make("th", { scope: "row" }, p.sku), ...[p.received, p.taken, p.left].map((n) => make("td", { class: "n" }, String(n))),
  make("td", { class: "n" }, make("button", { type: "button", class: "link", onclick: () => change(p) }, "Change", make("span", { class: "hidden" }, ` ${p.sku}`))));

/** change asks how many pieces have come in or are missing. */
async function change({ sku, received, left }) {
  await sure({
    title: `Change the count of ${sku}?`, text: [`${left} are left. What orders have taken stays theirs.`, "It is written down, with your name."],
    fields: [{ name: "pieces", label: "How many more, e.g. 20; or fewer, e.g. -3", most: 8 }, { name: "reason", label: "Why?", most: 200 }], yes: "Change the count",
  }, ({ pieces, reason }) => {
    if (!/^[+-]?\d+$/.test(pieces)) throw new Error(`${pieces} is no number of pieces. Nothing was changed.`);
    return act("/stock/counts", { sku, received, pieces: Number(pieces), reason });
  });
  await look();
}

await look();
