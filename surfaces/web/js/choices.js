// Radio buttons that are made of what the shop offers.

import { make, one } from "/assets/js/dom.js";

/** renderChoices draws radio buttons: [{value, words, checked, disabled}]. What has the focus keeps it. */
export function renderChoices(name, choices) {
  const focused = document.activeElement?.dataset?.part;
  one(`#${name}`).replaceChildren(...choices.map(({ value, words, checked, disabled = false }) =>
    make("label", {}, make("input", { type: "radio", name, value, checked, disabled, "data-part": `${name}-${value}` }), " ", make("span", {}, words))));
  if (focused) document.querySelector(`[data-part="${focused}"]`)?.focus();
}
