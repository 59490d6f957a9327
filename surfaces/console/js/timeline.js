// An order's history as a timeline: each moment with what it comes from.

import { make, settle } from "./dom.js";
import { clock, hour, some, title } from "./words.js";

const signs = { made: "●", event: "◆", receipt: "→", review: "✓", payment: "¤", money: "$", status: "■", action: "☞" };

/** renderTimeline lists the moments; those after the one looked at are still to come. */
export function renderTimeline(place, moments, at, acts) {
  settle(place, [moments.map((m) => [m.id, m.state, m.attempts, m.error, m.mail]), at], () => moments.map((m, i) => item(m, i, at, moments, acts)));
}

function item(m, i, at, moments, acts) {
  const cause = moments.find((other) => other.id === m.cause);
  const name = m.kind === "action" ? title(m.title) : m.title.replaceAll("_", " ");
  return make("li", { class: `${m.kind} ${m.state ?? ""} ${m.state === "pending" && m.attempts > 0 ? "failing" : ""} ${i > at ? "later" : ""} ${i === at ? "at" : ""}`.replace(/ +/g, " ").trim(), id: `m-${m.id}` },
    make("span", { class: "sign", "aria-hidden": "true" }, signs[m.kind]),
    make("div", { class: "what" },
      make("p", { class: "head" },
        make("button", { type: "button", class: "name", onclick: () => acts.go(i), "aria-label": `${name}: show the order as it was then`, "aria-current": i === at && "step" }, name),
        m.state && make("span", { class: `chip ${chip(m)}` }, state(m)),
        make("time", { datetime: m.at, class: "fine", title: clock(m.at, true) }, otherDay(m, moments[i - 1]) ? clock(m.at) : hour(m.at))),
      make("p", { class: "text" }, m.text, cause && make("span", { class: "fine cause" }, ` ← ${cause.title.replaceAll("_", " ")}`)),
      m.error && make("p", { class: m.state === "done" ? "fine" : "error" }, `${m.state === "done" ? "Before that: " : ""}${m.error}`),
      more(m)));
}

const otherDay = (m, before) => !before || clock(m.at).slice(0, 10) !== clock(before.at).slice(0, 10);

const chip = ({ state, attempts }) => ({ done: "done", parked: "bad", discarded: "off" })[state] ?? (attempts > 0 ? "warn" : "");

function state({ state, attempts }) {
  if (state === "pending") return attempts > 0 ? `${attempts === 1 ? "1 try" : `${attempts} tries`} failed, tried again` : "in work";
  if (state === "parked") return `dead letter, ${attempts === 1 ? "1 try" : `${attempts} tries`}`;
  return attempts > 0 ? `${state}, after ${some(attempts, "failed try").replace("trys", "tries")}` : state;
}

function more(m) {
  const rows = [["Event", m.kind === "event" && m.eventId], ["Trace", m.trace]].filter(([, value]) => value);
  const mail = m.mail && make("a", { href: m.mail }, "Read the mail");
  if (rows.length === 0 && !m.data) return mail ? make("p", {}, mail) : null;
  return make("details", {}, make("summary", {}, "Payload and ids"),
    ...rows.map(([what, value]) => make("p", { class: "fine" }, `${what}: `, make("code", {}, value))),
    m.data && make("pre", { tabindex: "0" }, JSON.stringify(m.data, null, 2)), mail);
}
