// The ledger: what the shop has, is owed and earned, and what does not add up.

import { get } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import "./frame.js";
import { clock, money, some } from "./words.js";

const words = {
  receivable: "what customers owe: open invoices, and refunds under way", revenue: "what was sold", refunds: "sales that were taken back",
};
/** plain writes an amount without its currency, which the table names. */
const plain = (minor, currency) => money(minor, currency).replace(currency, "").trim().replace(/^-\s*/, "\u2212");

const meaning = (account) => words[account] ?? (account.startsWith("cash:") ? `what ${account.slice(5)} holds for the shop`
  : account.startsWith("tax:") ? "what is owed to the state" : "");

async function look() {
  try {
    const { balances, faults } = await get("/ledger");
    complain(null);
    render(balances, faults);
  } catch (error) {
    one("#verdict").className = "notice bad";
    unknown(one("#verdict"), error);
  }
}

function render(balances, faults) {
  const currencies = [...Map.groupBy(balances, (b) => b.currency)].sort();
  const uneven = currencies.filter(([, all]) => all.reduce((sum, b) => sum + b.balance, 0) !== 0).map(([currency]) => currency);
  const well = faults.length === 0 && uneven.length === 0;
  const verdict = one("#verdict");
  verdict.className = well ? "notice" : "notice bad";
  const says = well ? `Everything adds up, at ${clock(Date.now())}: debits equal credits in each currency, and no entry is missing or wrong.`
    : [uneven.length > 0 && `Debits and credits differ in ${uneven.join(", ")}.`, faults.length > 0 && `${some(faults.length, "entry").replace("entrys", "entries")} missing or wrong.`].filter(Boolean).join(" ");
  settle(verdict, says, () => [says]);
  settle(one("#balances"), balances, () => (currencies.length === 0 ? [make("p", {}, "No money has moved yet. Test orders are kept apart.")] : currencies.map(table)));
  one("#faults").hidden = faults.length === 0;
  settle(one("#fault-list"), faults, () => faults.map((f) => make("li", {}, make("a", { href: `/console/orders/${f.orderId}` }, `Order ${f.orderId}`), ` the ${f.kind} ${f.what}`)));
}

function table([currency, all]) {
  return make("section", { class: "card" }, make("table", {}, make("caption", {}, currency),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Account"), make("th", { scope: "col", class: "n" }, "Balance"))),
    make("tbody", {}, ...all.map((b) => make("tr", {}, make("th", { scope: "row" }, b.account, make("span", { class: "fine" }, meaning(b.account))), make("td", { class: "n" }, plain(b.balance, currency))))),
    make("tfoot", {}, make("tr", {}, make("th", { scope: "row" }, "All together"), make("td", { class: "n" }, plain(all.reduce((sum, b) => sum + b.balance, 0), currency))))));
}

one("#again").addEventListener("click", look);
await look();
