// The books of a month: its accounts, what is owed to authorities, and whether it is closed.

import { act, get, query } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { shopTime } from "./frame.js";
import { sure } from "./sure.js";
import { money, some } from "./words.js";

const reports = { balances: "Accounts", taxes: "Taxes", entries: "Journal", documents: "Invoices and receipts" };
const month = one("#period");
const today = new Date(shopTime()).toISOString().slice(0, 7);
month.value = new URLSearchParams(location.search).get("period") ?? today;

const amount = (minor, currency) => make("td", { class: "n" }, money(minor, currency).replace(currency, "").trim().replace(/^-\s*/, "\u2212"));
const head = (...titles) => make("thead", {}, make("tr", {}, ...titles.map((title, i) => make("th", { scope: "col", class: i > 0 ? "n" : "" }, title))));

async function look() {
  const period = month.value;
  try {
    const [{ accounts, own, currency }, { taxes }, { closed, waiting, failing }] = await Promise.all([
      get(`/books/balances?${query({ until: lastDay(period) })}`), get(`/books/taxes?${query({ period })}`), get("/books/periods")]);
    complain(null);
    verdict(period, own, closed.find((c) => c.period === period), waiting, failing);
    settle(one("#balances"), accounts, () => [...Map.groupBy(accounts.filter((a) => a.balance !== 0), (a) => a.currency)].map((of) => balances(of, currency)));
    settle(one("#taxes"), taxes, () => taxTable(taxes));
    settle(one("#files"), period, () => files(period));
  } catch (error) {
    one("#verdict").className = "notice bad";
    unknown(one("#verdict"), error);
  }
}

const lastDay = (period) => new Date(Date.UTC(Number(period.slice(0, 4)), Number(period.slice(5)), 0)).toISOString().slice(0, 10);

function verdict(period, own, closed, waiting, failing) {
  const well = own === 0 && !failing;
  const says = [
    own === 0 ? "The accounts come to zero." : "The accounts do not come to zero: run webshop audit.",
    closed ? `${period} was closed by ${closed.by}.` : period < today ? `${period} is open, and can be closed.` : `${period} is open.`,
    waiting > 0 && `${some(waiting, "order")} not entered yet.`, failing,
  ].filter(Boolean).join(" ");
  one("#verdict").className = well ? "notice" : "notice bad";
  settle(one("#verdict"), says, () => [says]);
  one("#close").hidden = Boolean(closed) || period >= today;
}

const balances = ([currency, all], own) => make("section", { class: "card" }, make("table", {}, make("caption", {}, `${currency}, as of the end of the month`),
  head("Account", "Balance", ...(currency === own ? [] : [`In ${own}`])),
  make("tbody", {}, ...all.map((a) => make("tr", {}, make("th", { scope: "row" }, a.account), amount(a.balance, currency), ...(currency === own ? [] : [amount(a.own, own)]))))));

const taxTable = (taxes) => [make("caption", {}, "What falls due to authorities in the month"), head("Authority", "Base", "Tax"),
  make("tbody", {}, ...(taxes.length === 0 ? [make("tr", {}, make("td", { colspan: "3" }, "Nothing."))] : taxes.map((t) => make("tr", {},
    make("th", { scope: "row" }, `${t.market} ${t.authority} ${t.treatment === "rate" ? `${t.rate} %` : t.treatment}`, make("span", { class: "fine" }, t.currency)), amount(t.base, t.currency), amount(t.tax, t.currency)))))];

const files = (period) => Object.entries(reports).flatMap(([name, title], i) => [i > 0 ? " · " : "",
  make("a", { href: `/books/${name}?${query({ period, as: "csv" })}`, download: "" }, `${title} (CSV)`), " ", make("a", { href: `/books/${name}?${query({ period })}` }, "JSON")]);

one("#close").addEventListener("click", async () => {
  const period = month.value;
  await sure({
    title: `Close ${period}?`, text: ["It stays closed. What comes later is booked in the next month, with its own date beside it.", "It is written down, with your name."], yes: "Close the month",
  }, () => act(`/books/periods/${period}/close`, {}));
  await look();
});
month.addEventListener("change", look);
await look();
