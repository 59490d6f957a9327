// The order form: what it asks whom, what was typed so far, and what is wrong with it.

import { make, one, say } from "/assets/js/dom.js";
import { country } from "/assets/js/format.js";
import { drop, keep, recall } from "/assets/js/memory.js";
import { count, language, text } from "/assets/js/text.js";

const form = one("#order");
const typed = "acme.form";
const ownTexts = ["name", "email", "phone", "street", "city"];
const businessMarkets = ["US"]; // the catalog does not tell; the shop refuses what is wrong here

const hints = {
  name: "check.name", email: "check.email", phone: "check.phone", street: "check.street", city: "check.city",
  orgNumber: "check.orgNumber", products: "check.products", totalPrice: "check.totalPrice",
  market: "check.market", customerType: "check.customerType",
};
const shapes = { email: /^[^\s@]+@[^\s@]+$/, phone: /^[0-9+() ./-]{3,32}$/, orgNumber: /^[0-9]{6,20}$/ };

export const isBusiness = () => form.elements.customerType.value === "B2B";
export const chosenMarket = () => form.elements.market.value;

/** answers is what the form says, in the API's words. */
export function answers() {
  const own = Object.fromEntries(ownTexts.map((name) => [name, form.elements[name].value.trim()]));
  const orgNumber = isBusiness() ? form.elements.orgNumber.value.trim() : 0;
  return { ...own, customerType: form.elements.customerType.value, market: chosenMarket(), orgNumber };
}

/** renderMarkets offers the shop's markets; a business is offered those that it can order in. */
export function renderMarkets(shop) {
  const radios = shop.markets.map((market) => {
    const off = isBusiness() && !businessMarkets.includes(market);
    const input = make("input", { type: "radio", name: "market", value: market, checked: market === shop.market, disabled: off, "data-part": `market-${market}` });
    return make("label", {}, input, " ", make("span", {}, country(market)));
  });
  const focused = document.activeElement?.dataset?.part;
  one("#market").replaceChildren(...radios);
  if (focused) document.querySelector(`[data-part="${focused}"]`)?.focus();
}

/** renderType shows what is asked of the chosen kind of customer. It returns the market to move to, or undefined. */
export function renderType() {
  const business = isBusiness();
  one("#field-orgNumber").hidden = !business;
  one("#hint-market").hidden = !business;
  one("#pay-now").hidden = business;
  one("#pay-invoice").hidden = !business;
  return business && !businessMarkets.includes(chosenMarket()) ? businessMarkets[0] : undefined;
}

/** rememberTyping keeps what is typed, until the order is made, for this tab only. */
export function rememberTyping() {
  form.addEventListener("input", () => keep("session", typed, answers()));
}

export const forgetTyping = () => drop("session", typed);

/** restore fills the form with an order's data, or with what was typed before a reload. */
export function restore(order = recall("session", typed)) {
  if (!order) return;
  for (const name of ownTexts) form.elements[name].value = order[name] ?? "";
  form.elements.orgNumber.value = order.orgNumber || "";
  form.elements.customerType.value = order.customerType === "B2B" ? "B2B" : "B2C";
}

/** check tells what is wrong before anything is sent, as the shop would: [{field, text}]. */
export function check() {
  const fields = isBusiness() ? ["orgNumber", ...ownTexts] : ownTexts;
  return fields.flatMap((field) => {
    const value = form.elements[field].value.trim();
    if (value === "") return [{ field, text: text("check.required") }];
    return shapes[field] && !shapes[field].test(value) ? [{ field, text: text(hints[field]) }] : [];
  });
}

/** wordsFor turns the shop's errors into texts. The shop speaks English; in other languages our own hint stands in. */
export function wordsFor(errors) {
  return errors.map(({ field, detail }) => {
    const own = text(hints[field] ?? "check.other");
    return { field, text: language === "en" && field !== "totalPrice" && detail ? sentence(detail) : own };
  });
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
