// Partners: how they answer, and the knobs of those that are simulated.

import { simulate, simulates, turn } from "./acts.js";
import { get } from "./api.js";
import { delivery } from "./deliveries.js";
import { complain, make, one, settle } from "./dom.js";
import { onNews, shopTime } from "./frame.js";
import { ago, clock, count, money, some } from "./words.js";

const kinds = { "payments-us": "takes payments in the US", "payments-mx": "takes payments in Mexico", stockist: "produces the plants", carrier: "delivers", books: "keeps the books" };
const words = {
  latency: ["Slow", "milliseconds, added to each call"], failureRate: ["Fails", "of calls, answers 500 and has done nothing"],
  timeoutAfterSuccessRate: ["Hangs", "of calls, done but not answered"], declineRate: ["Declines", "of charges"],
  refuseRate: ["Refuses", "of requests, answers 422"], answerLater: ["Answers later", "milliseconds, then calls back"],
  webhookDelay: ["Webhooks late", "milliseconds"], webhookLossRate: ["Webhooks missing", "of webhooks, never sent"], payWithin: ["Paid within", "milliseconds at most; then page or voucher has expired"],
};
const carrier = "carrier";
let vitals = [];
let simulated = [];
let real = {};
let deliveries = []; // of the simulated delivery company
let payments = {}; // of the simulated providers with a payment page, by name

async function look() {
  try {
    const [{ partners }, told] = await Promise.all([get("/partners"), get("/partners/real")]);
    const withPage = partners.filter((p) => p.has.includes("webhookDelay")).map((p) => p.name);
    payments = Object.fromEntries(await Promise.all(withPage.map(async (name) => [name, (await get(`/partners/${name}/payments`)).payments])));
    deliveries = partners.some((p) => p.name === carrier && p.callbacks) ? (await get(`/partners/${carrier}/deliveries`)).deliveries : [];
    simulated = partners;
    real = told.partners;
    complain(null);
  } catch (error) {
    complain(error);
  }
  render();
}

/** render shows each partner in a card of its own, which is built anew only when its knobs were turned. */
function render() {
  const list = one("#partners");
  for (const name of new Set([...simulated.map((p) => p.name), ...vitals.map((v) => v.partner)])) {
    let card = list.querySelector(`[data-partner="${CSS.escape(name)}"]`);
    if (!card) list.append(card = make("li", { class: "card partner", id: name, "data-partner": name }));
    settle(card, [simulated.find((p) => p.name === name)?.knobs, real[name]], () => partner(name));
    health(name, card);
    if (name === carrier) settle(one(".payments", card), deliveries, () => vans(deliveries));
    else settle(one(".payments", card), payments[name] ?? [], () => hosted(name, payments[name] ?? []));
  }
}

function partner(name) {
  const sim = simulated.find((p) => p.name === name);
  return [
    make("div", { class: "head" }, make("h2", {}, name), make("span", { class: "chip" })),
    make("p", { class: "fine" }, [kinds[name] ?? "mail server", real[name] ? `at ${real[name]}; test orders go to the simulator` : sim ? "simulated in this process" : ""].filter(Boolean).join(" · ")),
    make("p", { class: "vitals" }),
    make("div", { class: "payments" }),
    ...(sim ? [knobs(sim)] : []),
  ];
}

function health(name, card) {
  const all = vitals.filter((v) => v.partner === name);
  const calls = all.reduce((n, v) => n + v.calls, 0);
  const failed = all.reduce((n, v) => n + v.failed, 0);
  const failing = all.find((v) => v.failing);
  const chip = one(".chip", card);
  chip.textContent = failing ? "failing" : calls > 0 ? "answers" : "not called lately";
  chip.className = `chip ${failing ? "bad" : calls > 0 ? "done" : "off"}`;
  card.classList.toggle("bad", Boolean(failing));
  one(".vitals", card).textContent = calls === 0 && !failing ? "No calls in the last half minute."
    : `${some(calls, "call")} in the last half minute, ${count(failed)} without a clear answer${failing?.kinds ? ` (${failing.kinds.join("; ")})` : ""}${failing ? `; failing since ${ago(failing.since, shopTime())}` : ""}.`;
}

/** hosted shows the vouchers, and the paid payments folded away. */
function hosted(name, all) {
  const open = all.filter((p) => p.status !== "succeeded");
  const rest = all.filter((p) => !open.includes(p));
  return [
    open.length > 0 && make("h3", {}, "Vouchers"), open.length > 0 && make("ul", {}, ...open.map((p) => payment(name, p))),
    rest.length > 0 && make("details", {}, make("summary", {}, some(rest.length, "paid payment")), make("ul", {}, ...rest.map((p) => payment(name, p)))),
  ].filter(Boolean);
}

/** vans shows the deliveries that are not done. */
const vans = (all) => (all.length > 0 ? [make("h3", {}, "Deliveries"), make("ul", {}, ...all.map((d) => delivery(carrier, d, done)))] : []);

function payment(partner, p) {
  const amount = money(p.amount, p.currency);
  return make("li", { "data-order": p.orderId }, make("p", {}, `Order ${p.orderId} · ${amount}${p.refunded ? `, ${money(p.refunded, p.currency)} refunded` : ""}${p.status === "succeeded" ? "" : ` · ${p.voucher.number} · ${p.status === "expired" ? "expired" : "until"} ${clock(p.until)}`}`),
    make("p", { class: "acts" }, ...p.actions.map((action) => make("button", {
      class: "button quiet", type: "button", "aria-label": `${simulates(action)}: order ${p.orderId}, ${amount}`, onclick: () => done(simulate(partner, p, action)),
    }, simulates(action)))));
}

function knobs({ name, has, knobs: now, counters }) {
  const turned = has.filter((knob) => now[knob] > 0);
  const form = make("form", { class: "knobs", onsubmit: (event) => { event.preventDefault(); apply(name, has, form); } },
    ...has.map((knob) => input(name, knob, now[knob])),
    make("p", { class: "acts" }, make("button", { class: "button quiet" }, "Turn the knobs")));
  return make("div", {},
    make("p", { class: "fine" }, `${some(counters.calls, "call")} since the start: ${count(counters.done)} done, ${count(counters.repeated)} asked again, ${count(counters.refused)} refused, ${count(counters.failed)} failed by the knob.`),
    turned.length > 0 && make("p", { class: "acts" }, make("b", {}, `Knobs are turned: ${turned.map((k) => words[k]?.[0].toLowerCase() ?? k).join(", ")}. `),
      make("button", { class: "button mend", type: "button", onclick: () => done(turn(name, {}, "Mend")) }, "Back to normal")),
    make("details", {}, make("summary", {}, "Knobs"), form));
}

function input(name, knob, value) {
  const rate = knob.endsWith("Rate");
  const id = `${name}-${knob}`;
  return make("p", { class: "field" }, make("label", { for: id }, words[knob]?.[0] ?? knob),
    make("input", { id, name: knob, type: "number", min: 0, max: rate ? 100 : knob === "latency" ? 60_000 : 86_400_000, step: 1, value: rate ? Math.round(value * 100) : value, "aria-describedby": `${id}-about` }),
    make("span", { class: "fine", id: `${id}-about` }, `${rate ? "per cent " : ""}${words[knob]?.[1] ?? ""}`));
}

const apply = (name, has, form) => done(turn(name, Object.fromEntries(has.map((knob) => [knob, Number(form.elements[knob].value) / (knob.endsWith("Rate") ? 100 : 1)])), "Turn the knobs of"));

const done = async (was) => { if (await was) await look(); };

await look();
setInterval(look, 5000); // vouchers come and go
onNews((news) => {
  vitals = news.partners;
  render();
});
