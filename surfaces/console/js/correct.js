// Correcting who an order is of and where it goes, and what was corrected before.

import { act } from "./api.js";
import { complain, make, one, say, settle } from "./dom.js";
import { clock } from "./words.js";

const names = {
  email: "E-mail address", name: "Name", phone: "Telephone", street: "Street and number", line2: "Second line", neighborhood: "Neighborhood", postalCode: "Postal code",
  region: "State or region", city: "City", company: "Company", deliveryNotes: "Notes for the delivery", recipientName: "Recipient, if it is another person",
  recipientPhone: "The recipient's telephone", giftMessage: "Gift message", country: "Country",
};
const most = { email: 254, phone: 32, city: 100, postalCode: 20, region: 100, neighborhood: 100, deliveryNotes: 500, recipientPhone: 40, giftMessage: 500, reason: 500 };
const long = new Set(["deliveryNotes", "giftMessage"]);
const inCustomer = ["email", "name", "phone", "street", "city"];
const whereAsked = ["neighborhood", "region", "company"]; // besides, where the order has them

const dialog = one("#correct");
const form = one("#correct-form");
let finish = () => {};

/** renderCorrections lists what was corrected: who, when, why, and what was there before. */
export function renderCorrections({ corrections = [] }) {
  one("#corrections-card").hidden = corrections.length === 0;
  settle(one("#corrections"), corrections, () => corrections.map(({ at, by, why, fields }) => make("li", {},
    ...fields.map(({ field, was, is }) => make("p", {}, make("b", {}, names[field] ?? field), ": ", make("del", {}, was || "nothing"), " → ", make("ins", {}, is || "nothing"))),
    make("p", { class: "fine" }, `${by}, ${clock(at)}: ${why}`))));
}

/** correctOrder asks what is to be corrected, until it is or is left; it returns whether it was done. */
export function correctOrder(order) {
  const shown = Object.keys(names).filter((name) => name !== "country" && (!whereAsked.includes(name) || order.asks?.includes(name) || order.address?.[name]));
  const note = order.fixed ? `Only the e-mail address can be corrected: ${order.fixed}.` : "Mails from now on go by what you correct. If the delivery is booked, the delivery company is told.";
  one("#correct-note").textContent = `${note} It is written down, with your name and what was there before.`;
  say(one("#correct-problem"), "");
  one("#correct-fields").replaceChildren(...shown.map((name) => field(name, names[name], valueOf(order, name), order.fixed && name !== "email")), field("reason", "Why? For operators only", ""));
  return new Promise((resolve) => {
    finish = (done) => { dialog.close(); resolve(done); };
    form.onsubmit = (event) => { event.preventDefault(); send(order, shown); };
    dialog.showModal();
    one("#correct-email").focus();
  });
}

const valueOf = (order, name) => (inCustomer.includes(name) ? order[name] : order.address?.[name]) ?? "";

function field(name, label, value, fixed) {
  const attributes = { id: `correct-${name}`, name, maxlength: most[name] ?? 200, autocomplete: "off", disabled: fixed, "aria-describedby": `correct-${name}-problem` };
  const input = long.has(name) ? make("textarea", { ...attributes, rows: 2 }) : make("input", { ...attributes, type: "text" });
  input.value = value;
  return make("p", { class: "field" }, make("label", { for: `correct-${name}` }, label), input, make("span", { class: "error", id: `correct-${name}-problem`, hidden: true }));
}

/** send asks the shop to correct what differs; what it refuses is said at its field. */
async function send(order, shown) {
  const typed = (name) => one(`#correct-${name}`).value.trim();
  const changed = shown.filter((name) => typed(name) !== valueOf(order, name).trim());
  const reason = typed("reason");
  tell([...changed.length === 0 ? [{ field: "email", detail: "nothing is different yet" }] : [], ...reason ? [] : [{ field: "reason", detail: "say why" }]]);
  if (changed.length === 0 || !reason) return;
  const customer = Object.fromEntries(changed.filter((name) => inCustomer.includes(name)).map((name) => [name, typed(name)]));
  const place = changed.filter((name) => !inCustomer.includes(name));
  if (place.length > 0) customer.address = { ...order.address, ...Object.fromEntries(place.map((name) => [name, typed(name)])) };
  one("#correct-yes").disabled = true;
  try {
    await act("/correctOrder", { orderId: order.orderId, customer, reason });
    complain(null);
    finish(true);
  } catch (error) {
    tell(error.errors ?? [], error.message);
  } finally {
    one("#correct-yes").disabled = false;
  }
}

/** tell says what is wrong with each field, and above them what belongs to none of those that are shown. */
function tell(errors, message = "") {
  const at = errors.map(({ field: path, detail }) => ({ input: form.elements[path.split(".").pop()], detail }));
  for (const input of form.querySelectorAll("input, textarea")) {
    const wrong = at.find((e) => e.input === input);
    input.toggleAttribute("aria-invalid", Boolean(wrong));
    if (wrong) input.setAttribute("aria-invalid", "true");
    say(one(`#${input.id}-problem`), wrong?.detail ?? "");
  }
  say(one("#correct-problem"), at.length > 0 && at.every((e) => e.input) ? "" : message);
  one("#correct-problem").scrollIntoView({ block: "nearest" });
  at.find((e) => e.input)?.input.focus();
}

one("#correct-no").addEventListener("click", () => finish(false));
dialog.addEventListener("cancel", (event) => { event.preventDefault(); finish(false); });
