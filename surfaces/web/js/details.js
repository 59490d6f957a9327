// What a customer type asks for besides, with fields made of what the catalog tells: label, hint, pattern.

import { make, one } from "/assets/js/dom.js";
import { inLanguage, text } from "/assets/js/text.js";

let asked = []; // of the chosen customer type, as the catalog has them
let answered = {}; // what was typed, by name: also for types that are not chosen now

const idOf = ({ name }) => `details.${name}`;
const hintOf = ({ hint }) => (hint ? inLanguage(hint) : "");

/** renderDetails asks for what a customer type asks for. Fields that are there already stay as they are. */
export function renderDetails(details = []) {
  if (JSON.stringify(details) === JSON.stringify(asked)) return;
  asked = details;
  one("#details").replaceChildren(...asked.map(field));
}

function field(detail) {
  const id = idOf(detail);
  const hint = hintOf(detail);
  const label = inLanguage(detail.label);
  const input = make("input", {
    id, name: id, type: detail.check === "date" ? "date" : "text", autocomplete: "off", maxlength: 100, required: Boolean(detail.required),
    "aria-describedby": `${hint ? `hint-${id} ` : ""}problem-${id}`, oninput: ({ target }) => (answered[detail.name] = target.value),
  });
  input.value = answered[detail.name] ?? "";
  return make("div", { class: "field" },
    make("label", { for: id }, detail.required ? label : text("form.optional", { label })),
    ...(hint ? [make("p", { id: `hint-${id}`, class: "fine" }, hint)] : []), input, make("p", { id: `problem-${id}`, class: "problem", hidden: true }));
}

/** detailFields are the ids of the fields. */
export const detailFields = () => asked.map(idOf);

/** details is what was answered, for the shop: { details: {name: text} }, or nothing where nothing is asked for. */
export function details() {
  const given = asked.map(({ name }) => [name, (answered[name] ?? "").trim()]).filter(([, value]) => value !== "");
  return asked.length > 0 ? { details: Object.fromEntries(given) } : {};
}

/** restoreDetails puts back what was typed before a reload. */
export function restoreDetails(values = {}) {
  answered = { ...values };
  asked = [];
}

const find = (id) => asked.find((detail) => idOf(detail) === id);

/** isOptional reports whether a field may stay empty. */
export const isOptional = (id) => find(id) !== undefined && !find(id).required;

/** fits reports whether a text has, as a whole, the form that a field asks for. A pattern that the browser cannot read is left to the shop. */
export function fits(id, value) {
  const pattern = find(id)?.pattern;
  if (!pattern) return true;
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(value);
  } catch {
    return true;
  }
}

/** detailHint is what a field takes, in words; undefined when it is no detail. */
export const detailHint = (id) => (find(id) ? text("check.detail", { hint: hintOf(find(id)) }).trim() : undefined);
