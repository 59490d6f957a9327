// "Did you mean gmail.com?": a suggestion for a mail address whose domain is nearly that of a large provider, never a refusal.

import { one, say } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

const common = ["gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "yahoo.com.mx", "hotmail.es", "outlook.es", "yahoo.es", "live.com.mx"];
const others = new Set(["mail.com", "ymail.com", "gmx.com", "email.com", "hotmail.ca", "yahoo.ca"]); // near the common ones, and right
const furthest = 2; // letters

/** meant is the address that was probably meant, or "". */
export function meant(address) {
  const [, before, domain] = address.trim().match(/^([^\s@]+@)([^\s@]+)$/) ?? [];
  const typed = domain?.toLowerCase();
  if (!typed || others.has(typed) || common.includes(typed)) return "";
  const [nearest] = common.map((name) => [distance(typed, name), name]).sort(([a], [b]) => a - b);
  return nearest[0] <= furthest ? before + nearest[1] : "";
}

/** distance is how many letters are to be changed, added or taken out to make one text of another (Levenshtein). */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/** suggestMail offers the address that was probably meant, in place of the field's hint: nothing moves. A press takes it. */
export function suggestMail(input) {
  const button = one("#suggest-email");
  const suggest = () => {
    const address = meant(input.value);
    say(button, address && text("form.email.meant", { address }));
    one("#hint-email-words").hidden = address !== "";
  };
  input.addEventListener("change", suggest);
  button.addEventListener("click", () => {
    input.value = meant(input.value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.focus();
    suggest();
  });
}
