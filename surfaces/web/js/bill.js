// What is paid, and why: the sums of a quote or an order, which have the same form.

import { make } from "/assets/js/dom.js";
import { money } from "/assets/js/format.js";
import { inLanguage, text } from "/assets/js/text.js";

/**
 * shownOff is what offers take off a line, as customers are told it: the price of a gift is spread over all lines, and told with
 * the gift alone.
 */
export function shownOff(line, { offers }) {
  const whole = (off) => (off.gift ? { ...off, amount: offers.find(({ offer }) => offer === off.offer).amount } : off);
  return line.off.filter(({ gift }) => !gift || (line.gift && gift === line.sku)).map(whole);
}

/** offsOf lists what offers take off a line, with why. */
export function offsOf(line, bill) {
  const { currency } = bill;
  return shownOff(line, bill).map(({ label, amount }) => make("li", {}, `${inLanguage(label)}: `, make("span", { class: "whole" }, `−${money(amount, currency)}`)));
}

/** beforeTax is what a line costs after its offers: its price, without the taxes that are added at the end. */
export const beforeTax = (line, bill) => line.unitPrice * line.quantity - shownOff(line, bill).reduce((sum, { amount }) => sum + amount, 0);

/** sumOf writes what a line costs after its offers, and before them where that is more. */
export function sumOf(line, bill) {
  const { currency } = bill;
  const full = line.unitPrice * line.quantity;
  const sum = make("strong", {}, line.gift ? text("bill.free") : money(beforeTax(line, bill), currency));
  if (shownOff(line, bill).length === 0) return [sum];
  return [make("s", {}, make("span", { class: "hidden" }, text("bill.before")), " ", money(full, currency)), " ", sum];
}

/** renderBill lists what stands between the lines and the total. It is empty where the total is the sum of the lines. */
export function renderBill(place, { currency, subtotal, offers, charges, taxes }) {
  const rows = [
    ...offers.map(({ label, amount }) => row(inLanguage(label), `−${money(amount, currency)}`, "off")),
    ...charges.map(({ label, name, amount }) => row(inLanguage(label ?? { en: name }), money(amount, currency), "charge")),
    ...taxes.flatMap((tax) => taxRow(tax, currency)),
  ];
  if (rows.length > 0) rows.unshift(row(text("bill.subtotal"), money(subtotal, currency), "subtotal"));
  place.replaceChildren(...rows);
  place.hidden = rows.length === 0;
}

const row = (name, amount, kind) => make("div", { class: kind }, make("dt", {}, name), make("dd", {}, amount));

/**
 * taxRow is what a tax adds to the sum of the lines or takes out of it, or says: of one that is not owed, with why. What is out of
 * its scope needs no words.
 */
function taxRow({ relief, amount, included, ...tax }, currency) {
  const name = tax.text ? inLanguage(tax.text) : nameOf(tax);
  if (relief) return [row(name, `−${money(relief, currency)}`, "tax")];
  if (amount > 0 ? !included : tax.text && tax.treatment !== "out-of-scope") return [row(name, money(amount, currency), "tax")];
  return [];
}

const nameOf = ({ name, rate }) => `${name} ${rate}%`;

/** includedIn says which taxes the total has in it, or "". */
export function includedIn({ currency, taxes }) {
  const included = taxes.filter((tax) => tax.included && tax.amount > 0).map((tax) => `${nameOf(tax)}: ${money(tax.amount, currency)}`);
  return included.length > 0 ? text("bill.includes", { taxes: included.join(", ") }) : "";
}
