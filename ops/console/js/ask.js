// Asking the operator: whether something is to be done, why, and for the token.

import { make, one } from "./dom.js";

const dialog = one("#ask");
let busy = Promise.resolve();

/**
 * ask shows what would be done, and returns the fields of the dialog when the operator wants it, else null. Questions
 * come one after the other.
 */
export function ask({ title, text = [], fields = [], yes }) {
  const answer = busy.then(() => new Promise((resolve) => {
    one("#ask-title").textContent = title;
    one("#ask-yes").textContent = yes;
    one("#ask-body").replaceChildren(...text.map((line) => make("p", {}, line)), ...fields.map(field));
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      const given = Object.fromEntries(fields.map(({ name }) => [name, one(`[name="${name}"]`, dialog).value.trim()]));
      resolve(dialog.returnValue === "yes" ? given : null);
    }, { once: true });
    dialog.showModal();
    (dialog.querySelector("#ask-body input, #ask-body select") ?? one("#ask-no")).focus();
  }));
  busy = answer;
  return answer;
}

function field({ name, label, type = "text", options, required = true, most = 500 }) {
  const input = options
    ? make("select", { name, id: `ask-${name}` }, ...options.map((o) => make("option", { value: o }, o)))
    : make("input", { name, id: `ask-${name}`, type, required, maxlength: most, autocomplete: "off" });
  return make("p", { class: "field" }, make("label", { for: `ask-${name}` }, label), input);
}

/** askToken asks for the operator's token. */
export async function askToken(again) {
  const given = await ask({
    title: again ? "This token is not known" : "Who are you?",
    text: [...(again ? ["The shop does not know the token that was given, and did nothing."] : []), "The shop wants an operator's token: --operator NAME=TOKEN, or --private-token. It is kept until this tab is closed, and what you do is kept with your name."],
    fields: [{ name: "token", label: "Token", type: "password" }], yes: "Go on",
  });
  return given ? given.token : "";
}
