// Orders: looked for by number, name, mail address, status, market, or by where they wait.

import { get, query } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { shopTime } from "./frame.js";
import { offerJobs } from "./jobs.js";
import { person } from "./person.js";
import { ago, clock, money, some, span, tone } from "./words.js";

const form = one("#search");
const names = ["q", "status", "market", "waiting", "tests"];
let asked = 0;
let first = Number(new URLSearchParams(location.search).get("below") ?? 0); // the list begins below this order; 0: with the newest
let shape;

const wished = () => Object.fromEntries(names.map((name) => [name, form.elements[name].value.trim()]));

/** look finds what the form asks for; what was found before stays when it looks further back. */
async function look(below = 0) {
  const wish = wished();
  const mine = ++asked;
  history.replaceState(null, "", `?${query({ ...wish, below: first })}`);
  form.setAttribute("aria-busy", "true");
  try {
    const rows = wish.waiting ? await waiting(wish.waiting) : await search(wish, below || first);
    if (mine !== asked) return; // something else was asked meanwhile
    complain(null);
    person(wish.q, rows.orders ?? [], look);
    if (!below) offerJobs({ ...wish, below: first }, narrow(wish) && rows.items.length > 0);
    const list = one("#list");
    list.replaceChildren(...(below ? list.children : []), ...rows.items);
    one("#further").hidden = !rows.next;
    one("#further").dataset.below = rows.next;
    one("#found").hidden = false;
    const says = rows.says(list.children.length);
    settle(one("#found"), says, () => [says]);
  } catch (error) {
    unknown(one("#found"), error);
  }
  form.removeAttribute("aria-busy");
}

async function search({ q, status, market, tests }, below) {
  const { orders, next } = await get(`/console/api/orders?${query({ q, status, market, tests, below })}`);
  return {
    items: orders.map(row), next, orders,
    says: (n) => (n === 0 ? (next ? `None among orders ${next} and above. Older ones were not looked at yet.` : "No order is like that.")
      : `${some(n, "order")}, the newest first${next ? `; looked back to order ${next}` : ""}.`),
  };
}

/** narrow reports whether the form looks for some orders only: a job is not for all orders of the shop. */
const narrow = ({ q, status, market, waiting: at, tests }) => !at && Boolean(q || status || market || tests === "only");

const row = (o) => make("li", {},
  make("a", { href: `/console/orders/${o.orderId}`, class: "number" }, String(o.orderId)),
  make("span", { class: "who" }, make("b", {}, o.name), make("span", { class: "fine" }, o.email)),
  make("span", { class: `chip ${tone(o.status, shape.final.includes(o.status))}` }, o.status.replaceAll("_", " ")),
  make("span", { class: "sum" }, money(o.total, o.currency)),
  make("span", { class: "fine" }, `${o.market} ${o.customerType}${o.testId ? ", test" : ""}`),
  make("time", { class: "fine", datetime: o.createdAt, title: clock(o.createdAt) }, ago(o.createdAt, shopTime())));

async function waiting(subscriber) {
  const { pending } = await get(`/console/api/inwork?${query({ subscriber })}`);
  return { items: pending.map(stuck), next: 0, says: (n) => (n === 0 ? `Nothing waits at ${subscriber}.` : `${some(n, "order")} ${n === 1 ? "waits" : "wait"} at ${subscriber}, the oldest first${n === 200 ? "; there may be more" : ""}.`) };
}

function stuck(p) {
  const next = (new Date(p.nextTry) - shopTime()) / 1000;
  return make("li", { class: "stuck" },
    make("a", { href: `/console/orders/${p.orderId}`, class: "number" }, String(p.orderId)),
    make("span", { class: `chip ${p.attempts > 0 ? "warn" : ""}` }, p.attempts > 0 ? `${some(p.attempts, "try").replace("trys", "tries")} failed` : "not tried yet"),
    make("span", { class: "why" }, p.lastError || "No error: it is in work, or waits for its first try."),
    make("span", { class: "fine" }, `since ${ago(p.since, shopTime())}; next try ${next > 1 ? `in ${span(next)}` : "now"}`));
}

function fillIn() {
  const wish = new URLSearchParams(location.search);
  const options = { status: shape.statuses, market: shape.markets, waiting: shape.events.flatMap((e) => e.subscribers.map((s) => s.name)) };
  for (const [name, values] of Object.entries(options)) form.elements[name].append(...values.map((v) => make("option", { value: v }, v.replaceAll("_", " "))));
  for (const name of names) form.elements[name].value = wish.get(name) ?? "";
}

/** anew looks for something else, from the newest order on. */
function anew() {
  first = 0;
  look();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  anew();
});
for (const name of ["status", "market", "waiting", "tests"]) form.elements[name].addEventListener("change", anew);
one("#further").addEventListener("click", ({ currentTarget }) => look(Number(currentTarget.dataset.below)));

try {
  shape = await get("/console/api/shape");
  fillIn();
  await look();
} catch (error) {
  complain(error);
}
