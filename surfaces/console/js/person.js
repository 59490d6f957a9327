// One person, by the mail address that was looked for: what the shop holds about them, and erasing it.

import { act } from "./api.js";
import { complain, make, one } from "./dom.js";
import { sure } from "./sure.js";
import { some } from "./words.js";

const mailAddress = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const mostListed = 10; // reasons shown in the dialog

/** person shows what can be done about the person whose mail address was looked for, if their orders were found. */
export function person(text, found, then) {
  const email = text.trim();
  const shown = mailAddress.test(email) && found.some((o) => o.email.toLowerCase() === email.toLowerCase());
  one("#person").hidden = !shown;
  if (!shown) return;
  one("#person-title").textContent = `Personal data of ${email}`;
  one("#hold").onclick = () => handOver(email);
  one("#erase").onclick = () => erase(email, then);
}

/** all asks page by page, and joins what a field of the answers lists. */
async function all(path, body, ...fields) {
  const joined = fields.map(() => []);
  for (let from = 0; ;) {
    const page = await act(path, { ...body, from });
    fields.forEach((field, i) => joined[i].push(...page[field]));
    if (!page.next) return joined;
    from = page.next;
  }
}

/** handOver saves all that is stored about a person as a file. */
async function handOver(email) {
  try {
    const [orders] = await all("/privacy/export", { email }, "orders");
    const address = URL.createObjectURL(new Blob([JSON.stringify({ email, orders }, null, 2)], { type: "application/json" }));
    make("a", { href: address, download: `${email}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    tell(`${some(orders.length, "order")} of ${email} saved as a file. It is written down, with your name.`);
  } catch (error) {
    complain(error);
  }
}

/** erase tells first what would be erased and what not, and erases when the operator has typed the address. */
async function erase(email, then) {
  try {
    const [ready, left] = await all("/privacy/erase", { email, reason: "to be asked for", dryRun: true }, "erased", "left");
    if (ready.length === 0) throw new Error(`None of the ${some(left.length, "order")} can be erased yet. ${reasons(left).join(" ")}`);
    const done = await sure({
      title: `Erase ${email}?`,
      text: [`The personal data of ${some(ready.length, "order")} is erased for good: name, mail address, addresses, telephone. The books, the payments and what was sold stay.`,
        left.length > 0 && `${some(left.length, "order")} cannot be erased yet:`, ...reasons(left), "It is written down, with your name."].filter(Boolean),
      fields: [{ name: "typed", label: `To confirm, type ${email}` }, { name: "reason", label: "Why? Write nothing personal" }], yes: "Erase for good",
    }, (given) => eraseAll(email, given));
    if (done) await then();
  } catch (error) {
    complain(error);
  }
}

/** reasons are why orders cannot be erased yet. */
const reasons = (left) => [...left.slice(0, mostListed).map(({ why }) => `${why}.`), left.length > mostListed && `And ${left.length - mostListed} more.`].filter(Boolean);

async function eraseAll(email, { typed, reason }) {
  if (typed.toLowerCase() !== email.toLowerCase()) throw new Error("The mail address was typed differently. Nothing was erased.");
  const [erased, left] = await all("/privacy/erase", { email, reason }, "erased", "left");
  tell(`${some(erased.length, "order")} erased${left.length > 0 ? `; ${left.length} left, which are under way: erase again when they have ended` : ""}.`);
}

const tell = (text) => {
  one("#person-told").textContent = text;
};
