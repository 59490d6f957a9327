// Asking the operator: whether something is to be done, and why.

import { make, one } from "./dom.js";

const dialog = one("#ask");
let busy = Promise.resolve();

/**
 * ask shows what would be done, or with more what was asked for, and returns the fields of the dialog when the operator wants it, else null. Questions
 * come one after the other.
 */
export function ask({ title, text = [], fields = [], more = [], yes }) {
  const answer = busy.then(() => new Promise((resolve) => {
    one("#ask-title").textContent = title;
    one("#ask-yes").textContent = yes;
    one("#ask-body").replaceChildren(...text.map((line) => make("p", {}, line)), ...fields.map(field), ...[more].flat());
    one("#ask-no").hidden = yes === "Close";
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      const given = Object.fromEntries(fields.map(({ name }) => [name, one(`[name="${name}"]`, dialog).value.trim()]));
      resolve(dialog.returnValue === "yes" ? given : null);
    }, { once: true });
    dialog.showModal();
    (dialog.querySelector("#ask-body input, #ask-body select, #ask-body textarea") ?? one("#ask-no")).focus();
  }));
  busy = answer;
  return answer;
}

function field({ name, label, type = "text", options, required = true, most = 500, lines = 0 }) {
  const input = options
    ? make("select", { name, id: `ask-${name}` }, ...options.map((o) => [o].flat()).map(([value, words = value]) => make("option", { value }, words)))
    : lines ? make("textarea", { name, id: `ask-${name}`, rows: lines, required, maxlength: most })
    : make("input", { name, id: `ask-${name}`, type, required, maxlength: most, autocomplete: "off" });
  return make("p", { class: "field" }, make("label", { for: `ask-${name}` }, label), input);
}
