// Where to and to whom: what a market asks of an address besides street and city, as the catalog tells, and another recipient.

import { one, say } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

const optional = ["line2", "deliveryNotes"];
const asking = ["neighborhood", "region", "postalCode"]; // where the market does
const recipient = ["recipientName", "recipientPhone", "giftMessage"];
export const addressTexts = [...optional, ...asking, ...recipient];
const mayStayEmpty = new Set([...optional, "recipientPhone", "giftMessage"]);

let asked = { required: [] };
let elsewhere = ""; // the postal code that we do not deliver to

const gift = one("#gift");

/** addressFields are the fields that the form shows now. */
export const addressFields = () => [...optional, ...asking.filter((name) => asked.required.includes(name)), ...(gift.checked ? recipient : [])];

export const isOptionalPlace = (field) => mayStayEmpty.has(field);

/** renderAddress asks for what a market's addresses need. */
export function renderAddress({ address = { required: [] } }) {
  asked = address;
  for (const name of asking) one(`#field-${name}`).hidden = !asked.required.includes(name);
  one("#regions").replaceChildren(...(asked.regions ?? []).map(({ name }) => new Option(name, name)));
  renderRecipient();
}

/** renderRecipient shows the fields of another recipient while there is one. */
export function renderRecipient() {
  one("#recipient").hidden = !gift.checked;
}

/** restoreRecipient shows them when something is in them. */
export function restoreRecipient(order) {
  gift.checked = recipient.some((name) => order[name]);
}

/** fitsPlace reports whether a text can be what a field asks for, as the shop sees it. */
export function fitsPlace(field, value) {
  if (field === "region" && asked.regions) return asked.regions.some((region) => same(region.code, value) || same(region.name, value));
  if (field !== "postalCode") return true;
  return value !== elsewhere && shaped(value);
}

const shaped = (code) => !asked.postalCode || new RegExp(`^(?:${asked.postalCode})$`).test(code.toUpperCase());

const same = (a, b) => a.localeCompare(b, undefined, { sensitivity: "base" }) === 0;

/** placeHint is what a postal code is refused for that has the right form; undefined for all else. */
export const placeHint = (field, value) => (field === "postalCode" && value === elsewhere && value !== "" ? text("check.elsewhere") : undefined);

/** destination is where to, as far as the price depends on it or tells something of it: {region, postalCode}. */
export const destination = (valueOf) => Object.fromEntries(destinations.filter((field) => told(field, valueOf(field))).map((field) => [field, valueOf(field)]));

const destinations = ["region", "postalCode"];

/** isDestination reports whether the price is asked again when a field changes. */
export const isDestination = (field) => destinations.includes(field);

const told = (field, value) => asked.required.includes(field) && value !== "" && (field === "postalCode" ? shaped(value) : fitsPlace(field, value));

/** hear keeps whether we deliver to the postal code that was asked about, and tells it. */
export function hear({ deliverable } = {}, value) {
  if (deliverable !== undefined) elsewhere = deliverable ? "" : value;
  if (one("#postalCode").hasAttribute("aria-invalid")) return;
  say(one("#problem-postalCode"), value !== "" && value === elsewhere ? text("check.elsewhere") : "");
}
