// Asking the operator: whether something is to be done, and why.

import { complain, make, one, say } from "./dom.js";

const dialog = one("#ask");
const form = one("form", dialog);
const problem = one("#ask-problem");
let busy = Promise.resolve();
let shown = 0; // how many questions were shown: what was begun for one does not close another

/**
 * ask shows what would be done, or with more what was asked for. When the operator wants it, it runs with the fields of the dialog. The dialog
 * stays until that was done, so that what was refused can be mended. It returns whether it was done. Questions come one after the other.
 */
export function ask({ title, text = [], fields = [], more = [], yes, run = () => {} }) {
  const answer = busy.then(() => new Promise((resolve) => {
    one("#ask-title").textContent = title;
    one("#ask-yes").textContent = yes;
    one("#ask-body").replaceChildren(...text.map((line) => make("p", {}, line)), ...fields.map(field), ...[more].flat());
    one("#ask-no").hidden = yes === "Close";
    say(problem, "");
    one("#ask-yes").removeAttribute("aria-disabled");
    shown += 1;
    dialog.returnValue = "";
    form.onsubmit = (event) => {
      if (event.submitter?.value !== "yes") return;
      event.preventDefault();
      attempt(run, Object.fromEntries(fields.map(({ name }) => [name, one(`[name="${name}"]`, dialog).value.trim()])));
    };
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
    (dialog.querySelector("#ask-body input, #ask-body select, #ask-body textarea") ?? one("#ask-no")).focus();
  }));
  busy = answer;
  return answer;
}

/** attempt does what was asked for, once at a time. Someone who has closed the dialog meanwhile is told on the page. */
async function attempt(run, given) {
  const button = one("#ask-yes");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  say(problem, "");
  const mine = shown;
  const stays = () => dialog.open && mine === shown;
  try {
    await run(given);
    complain(null);
    if (stays()) dialog.close("yes");
  } catch (error) {
    if (stays()) say(problem, error.message);
    else complain(error);
  }
  if (stays()) button.removeAttribute("aria-disabled");
}

function field({ name, label, type = "text", options, required = true, most = 500, lines = 0 }) {
  const input = options
    ? make("select", { name, id: `ask-${name}`, required }, ...options.map((o) => [o].flat()).map(([value, words = value]) => make("option", { value }, words)))
    : lines ? make("textarea", { name, id: `ask-${name}`, rows: lines, required, maxlength: most })
    : make("input", { name, id: `ask-${name}`, type, required, maxlength: most, autocomplete: "off" });
  return make("p", { class: "field" }, make("label", { for: `ask-${name}` }, label), input);
}
