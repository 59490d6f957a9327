// Now: what is wrong and what to do about it, and what goes through the shop.

import { renderAlerts } from "./alerts.js";
import { get } from "./api.js";
import { complain, keyed, make, one, settle, write } from "./dom.js";
import { onNews, shopTime } from "./frame.js";
import { picture, worst } from "./picture.js";
import { ago, count, rate, some, span, title } from "./words.js";

let shape;
let show;
let actions = [];

function hear(news) {
  one("#state").dataset.state = news.alerts.length > 0 || news.trouble ? "wrong" : news.sure ? "well" : "";
  const headline = headlineOf(news);
  settle(one("#headline"), headline, () => [headline]);
  one("#facts").textContent = factsOf(news);
  one("#audited").textContent = auditOf(news);
  renderAlerts(one("#alerts"), news.alerts, shopTime());
  waits(news);
  orders(news);
  lately(news);
  show?.(news);
}

function headlineOf({ alerts, trouble, sure }) {
  if (alerts.length > 0) return `${some(alerts.length, "thing")} ${alerts.length === 1 ? "is" : "are"} wrong`;
  return trouble || (sure ? "All is well" : "Not known yet: the shop has just started");
}

function factsOf({ orders, tests, rates, waiting, parked }) {
  if (!orders) return "How many orders there are, and what waits, is unknown: the shop could not look.";
  const sum = Object.values(orders).reduce((a, b) => a + b, 0);
  const under = Object.entries(orders).reduce((a, [status, n]) => (shape?.final.includes(status) ? a : a + n), 0);
  return `${some(sum, "order")}, ${count(under)} on their way${tests > 0 ? `, and ${count(tests)} of tests` : ""} · ${rate(rates.OrderCreated ?? 0)} ordered · ${some(waiting, "event")} in work · ${some(parked, "dead letter")}`;
}

function auditOf({ audit }) {
  if (!audit) return "What the audit knows is unknown.";
  if (!audit.looked) return "The audit has not run yet.";
  const whole = audit.whole ? `all orders ${ago(audit.whole, shopTime())}` : "not all orders yet";
  return `The audit last looked ${ago(audit.looked, shopTime())}, ${whole}, and ${audit.found === 0 ? "found nothing wrong" : `found ${some(audit.found, "thing")} wrong`}.`;
}

function waits(news) {
  const all = shape ? shape.events.flatMap((e) => e.subscribers) : [];
  const shown = all.map((s) => ({ ...s, ...news.steps?.[s.name] })).filter((s) => s.failing > 0 || s.parked > 0 || s.late || (s.oldest && new Date(news.at) - new Date(s.oldest) > 5000));
  one("#waits").hidden = shown.length === 0;
  keyed(one("#steps"), shown, (s) => s.name, row, (tr, s) => {
    tr.className = worst(s);
    one("a", tr).href = s.parked > 0 ? `/console/deadletters?subscriber=${s.name}` : `/console/orders?waiting=${s.name}`;
    const texts = [count(s.waiting), count(s.failing), count(s.parked), s.oldest ? ago(s.oldest, shopTime()) : "–", s.late ? `${span(s.deadline)}, missed` : span(s.deadline)];
    tr.querySelectorAll("td").forEach((td, i) => write(td, texts[i]));
  });
}

const row = (s) => make("tr", {}, make("th", { scope: "row" }, make("a", {}, s.name), make("span", { class: "fine" }, s.does)),
  cell("Waiting", "n"), cell("Failing", "n"), cell("Dead letters", "n"), cell("Oldest"), cell("Deadline"));

/** cell says on a narrow screen by itself what its column says on a wide one. */
const cell = (column, kind) => make("td", { class: kind, "data-column": column });

function orders(news) {
  const counts = shape ? shape.statuses.map((status) => [status, news.orders ? count(news.orders[status] ?? 0) : "unknown"]) : [];
  settle(one("#orders"), counts, () => counts.map(([status, n]) =>
    make("li", {}, make("a", { href: `/console/orders?status=${status}&tests=all` }, make("b", {}, n), status.replaceAll("_", " ")))));
}

function lately(news) {
  const ended = news.ended.map((a) => ({ at: a.ended, text: `Over: ${a.what}`, sign: "✓" }));
  const done = actions.map((a) => ({ at: a.at, text: `${title(a.what)} by ${a.who}${a.detail ? `: ${a.detail}` : ""}${a.subscriber ? ` (${a.subscriber})` : ""}`, order: a.orderId, sign: "→" }));
  const all = [...ended, ...done].sort((a, b) => new Date(b.at) - new Date(a.at)).slice(0, 10);
  if (all.length === 0) return;
  settle(one("#lately"), [all, Math.round(shopTime() / 15_000)], () => all.map((l) => make("li", {}, make("span", { class: "sign", "aria-hidden": "true" }, l.sign), " ",
    make("time", { datetime: l.at, class: "fine" }, ago(l.at, shopTime())), " ", make("span", {}, l.text), l.order && make("a", { href: `/console/orders/${l.order}` }, `order ${l.order}`))));
}

async function lookAtActions() {
  try {
    ({ actions } = await get("/console/api/actions"));
  } catch (error) {
    console.info(error);
  }
}

try {
  await lookAtActions();
  setInterval(lookAtActions, 15_000);
  shape = await get("/console/api/shape");
  show = picture(one("#pipeline"), shape);
} catch (error) {
  complain(error);
}
onNews(hear);

