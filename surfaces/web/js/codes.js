// The codes that a customer gives: kept for this tab, until an order is made with them.

import { arrange, make, one, say } from "/assets/js/dom.js";
import { drop, keep, recall } from "/assets/js/memory.js";
import { text } from "/assets/js/text.js";

const name = "acme.codes";
const most = 5;
const form = one("#codes");
const field = one("#code");
const states = { applied: "code.applied", "not-applicable": "code.not-applicable", unknown: "code.unknown", "used-up": "code.used-up" };

/** codes are those that the customer gave, in capitals. */
export const codes = () => recall("session", name) ?? [];

/** forgetCodes takes them all out. */
export const forgetCodes = () => drop("session", name);

/** applied are the codes of a quote that have an effect. */
export const applied = (quote) => quote.codes.filter(({ state }) => state === "applied").map(({ code }) => code);

const items = new Map(); // by code

/** renderCodes shows the codes with what came of each; without a quote, that is not known yet. */
export function renderCodes(offered, quote) {
  form.hidden = !offered;
  const known = Object.fromEntries((quote?.codes ?? []).map(({ code, state }) => [code, state]));
  arrange(one("#given"), codes().map((code) => {
    if (!items.has(code)) items.set(code, item(code));
    return items.get(code)(known[code]);
  }));
}

/** item makes a code's line, and returns what draws it with what came of the code. */
function item(code) {
  const words = make("span", { class: "state" });
  const element = make("li", { "data-code": code }, make("strong", {}, code), " ", words,
    make("button", { type: "button", class: "link", onclick: () => take(code) }, text("cart.remove"), make("span", { class: "hidden" }, `: ${code}`)));
  return (state) => {
    element.className = state === "applied" ? "good" : "bad";
    element.dataset.state = state ?? "asking";
    if (state) words.textContent = stateOf(state);
    return element;
  };
}

const stateOf = (state) => (states[state] ? text(states[state]) : "");

/** newsOf says what came of a code, for who does not see it. */
export function newsOf(code, quote) {
  const found = quote.codes.find((c) => c.code === code);
  return found ? `${code}: ${stateOf(found.state)}` : text("code.removed", { code });
}

let changed = () => {};

/** onCodes tells when the customer gave or took back a code, and which. */
export const onCodes = (listener) => (changed = listener);

function set(wanted, code) {
  keep("session", name, wanted);
  changed(code);
}

/** take takes a code out, and goes on to the field for another one. */
function take(code) {
  set(codes().filter((c) => c !== code), code);
  field.focus();
}

/** wrongWith is what is wrong with a code before anyone is asked, or "". */
function wrongWith(code) {
  if (code === "") return text("check.required");
  return codes().length >= most && !codes().includes(code) ? text("code.many", { n: most }) : "";
}

function give(event) {
  event.preventDefault();
  const code = field.value.trim().toUpperCase();
  const wrong = wrongWith(code);
  say(one("#problem-codes"), wrong);
  field.setAttribute("aria-invalid", String(wrong !== ""));
  field.focus();
  if (wrong) return;
  field.value = "";
  set([...codes().filter((c) => c !== code), code], code);
}

form.addEventListener("submit", give);
