// The order form: what it asks whom, what was typed so far, and what is wrong with it.

import { addressFields, addressTexts, destination, fitsPlace, hear, isOptionalPlace, placeHint, renderAddress, renderRecipient, restoreRecipient } from "/assets/js/address.js";
import { renderMarkets, renderTestShop, renderTypes, typesOf } from "/assets/js/customer-types.js";
import { detailFields, detailHint, details, fits, isOptional, renderDetails, restoreDetails } from "/assets/js/details.js";
import { one, say } from "/assets/js/dom.js";
import { drop, keep, recall } from "/assets/js/memory.js";
import { suggestMail } from "/assets/js/mail-domain.js";
import { chooseMethod, chosenMethod, renderMethods } from "/assets/js/methods.js";
import { fitsNumber, inMarket, orgNumberHint, renderNumber } from "/assets/js/org-number.js";
import { phone } from "/assets/js/phone.js";
import { count, language, text } from "/assets/js/text.js";

const form = one("#order");
const typed = "acme.form";
const ownTexts = ["name", "email", "phone", "street", "city"];
let type; // the chosen customer type, as the catalog tells of it
let wanted; // its name, before the catalog has told

const hints = {
  name: "check.name", email: "check.email", phone: "check.phone", street: "check.street", city: "check.city",
  products: "check.products", totalPrice: "check.totalPrice", currency: "check.totalPrice", codes: "check.codes",
  line2: "check.text", deliveryNotes: "check.text", giftMessage: "check.text", recipientName: "check.name", recipientPhone: "check.phone",
  neighborhood: "check.neighborhood", region: "check.region", postalCode: "check.postalCode", country: "check.market",
  market: "check.market", customerType: "check.customerType", paymentMethod: "check.paymentMethod",
};
const ours = new Set(["totalPrice", "currency", "codes", "paymentMethod", "email", "phone", "recipientPhone"]); // what the shop says of them is for programs
const shapes = { email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, phone, recipientPhone: phone, orgNumber: { test: (value) => fitsNumber(type.orgNumber, value) } };

const picked = (name) => form.querySelector(`[name="${name}"]:checked`).value;
export const chosenMarket = () => picked("market");

/** chooseType makes the form that of the chosen customer type, when it is rendered next. */
export const chooseType = () => (wanted = picked("customerType"));

/** segment is who orders, as far as the price depends on it. */
export const segment = () => ({ customerType: type.name, ...details(), ...destination(valueOf) });

/** address is the customer's mail address, or "" as long as it is none. */
export const address = () => (wrongWith("email") ? "" : valueOf("email"));

/** answers is what the form says, in the API's words. */
export function answers() {
  const own = Object.fromEntries([...ownTexts, ...addressFields()].map((name) => [name, valueOf(name)]));
  return { ...own, language, customerType: picked("customerType"), market: chosenMarket(), orgNumber: type.orgNumber ? valueOf("orgNumber") : 0, ...chosenMethod(), ...details() };
}

const valueOf = (field) => form.elements[field].value.trim();

/**
 * renderForm asks what a market asks of the chosen customer type, or of the first one. It returns the market to move to
 * when that type cannot order in this one, else undefined.
 */
export function renderForm(shop) {
  const types = typesOf(shop);
  type = inMarket(types.find(({ name }) => name === wanted) ?? types[0], shop);
  renderTypes(types, type);
  renderMarkets(shop, type);
  renderTestShop(shop);
  renderOrgNumber();
  renderDetails(type.details);
  renderAddress(shop);
  return type.markets.includes(shop.market) ? undefined : type.markets[0];
}

/** renderPayment offers the ways to pay that the price tells of. */
export const renderPayment = (shop, { paymentMethods } = {}) => renderMethods(shop, type, paymentMethods);

/** renderDelivery tells whether we deliver where the price was asked for. */
export const renderDelivery = (answer) => hear(answer, valueOf("postalCode"));

/** hint is what a field takes, in words. */
const hint = (field) => detailHint(field) ?? (field === "orgNumber" ? orgNumberHint(type.orgNumber) : text(hints[field] ?? "check.other"));

function renderOrgNumber() {
  renderNumber(type.orgNumber);
  if (!type.orgNumber) unmark("orgNumber");
}

/** rememberTyping keeps what is typed, until the order is made, for this tab only. */
export function rememberTyping() {
  suggestMail(form.elements.email);
  form.addEventListener("input", ({ target }) => {
    if (target.name === "paymentMethod") chooseMethod(target.value);
    if (target.name === "gift") renderRecipient();
    keep("session", typed, answers());
  });
}

export const forgetTyping = () => drop("session", typed);

/** restore fills the form with an order's data, or with what was typed before a reload. */
export function restore(order = recall("session", typed)) {
  if (!order) return;
  for (const name of [...ownTexts, ...addressTexts]) form.elements[name].value = order[name] ?? "";
  restoreRecipient(order);
  form.elements.orgNumber.value = order.orgNumber || "";
  restoreDetails(order.details);
  wanted = order.customerType;
  chooseMethod(order.paymentMethod);
}

/** check tells what is wrong before anything is sent, as the shop would: [{field, text}]. */
export function check() {
  const fields = [...(type.orgNumber ? ["orgNumber"] : []), ...detailFields(), ...ownTexts, ...addressFields()];
  return fields.flatMap((field) => {
    const words = wrongWith(field);
    return words ? [{ field, text: words }] : [];
  });
}

/** wrongWith is what is wrong with a field, or "". */
function wrongWith(field) {
  const value = valueOf(field);
  if (value === "") return isOptional(field) || isOptionalPlace(field) ? "" : text("check.required");
  if (!fitsPlace(field, value)) return placeHint(field, value) ?? hint(field);
  return (shapes[field] && !shapes[field].test(value)) || !fits(field, value) ? hint(field) : "";
}

/** forgive takes back what was said of a field as soon as it is right. */
export function forgive({ target }) {
  if (target.matches("[aria-invalid]") && !wrongWith(target.id)) unmark(target.id);
}

/** unmark takes back what was said of a field, and with the last one what was said of them all. */
function unmark(field) {
  const input = document.getElementById(field);
  if (!input.hasAttribute("aria-invalid")) return;
  input.removeAttribute("aria-invalid");
  say(one(`#${CSS.escape(`problem-${field}`)}`), "");
  const left = form.querySelectorAll("[aria-invalid]").length;
  say(one("#order-problem"), left > 0 ? count("check.look", left) : "");
}

/** wordsFor turns the shop's errors into texts. The shop speaks English; in other languages our own hint stands in. */
export function wordsFor(errors) {
  return errors.map(({ field, detail }) =>
    ({ field, text: language === "en" && !ours.has(field) && detail ? sentence(detail) : hint(field) }));
}

const sentence = (detail) => `${detail[0].toUpperCase()}${detail.slice(1)}.`.replace(/\.\.$/, ".");

/** mark shows each problem beside what it is about, sums them up by the button, and takes the customer to the first. */
export function mark(problems) {
  for (const place of document.querySelectorAll("[id^=problem-]")) say(place, "");
  for (const input of form.elements) input.removeAttribute("aria-invalid");
  const typable = problems.filter(({ field, text }) => put(field, text));
  const others = problems.filter((problem) => !typable.includes(problem)).map((problem) => problem.text);
  const summary = typable.length > 0 ? [count("check.look", typable.length), ...others] : others;
  say(one("#order-problem"), summary.join(" "));
  if (typable.length > 0) one("[aria-invalid]", form).focus();
  else if (others.length > 0) one("#order-problem").focus();
}

/** put shows a problem in its place, if it has one, and reports whether it is about something that is typed. */
function put(field, words) {
  const place = document.getElementById(`problem-${field}`);
  if (place) say(place, words);
  const input = document.getElementById(field);
  if (!(input instanceof HTMLInputElement)) return false;
  input.setAttribute("aria-invalid", "true");
  return true;
}
