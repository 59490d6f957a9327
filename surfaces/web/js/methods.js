// The ways to pay that the order form offers: those that the price tells of, and before there is one, those of the catalog.

import { renderChoices } from "/assets/js/choices.js";
import { one } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

const names = { "card": "pay.card", "cash-voucher": "pay.cash-voucher", "bank-transfer": "pay.bank-transfer", "invoice": "pay.invoice", "free": "pay.free" };
const meanings = {
  "card": "form.pay.now", "cash-voucher": "form.pay.cash-voucher", "bank-transfer": "form.pay.bank-transfer", "invoice": "form.pay.invoice", "free": "form.pay.free",
};

let offered = []; // the ways to pay, the usual one first
let wanted; // the one that the customer chose
let known = {}; // what the newest price told: of whom, methods

/** nameOf is the name of a way to pay; of one that is newer than this page, its bare name. */
const nameOf = (method) => (names[method] ? text(names[method]) : method);

/** methodsOf are the ways in which a customer of a type can pay in a shop's market. */
function methodsOf(shop, type) {
  const here = shop.marketDetails.find(({ market }) => market === shop.market)?.customerTypes.find(({ name }) => name === type.name) ?? type;
  return here.paymentMethods ?? [here.payment === "invoice" ? "invoice" : "card"];
}

/** renderMethods offers the ways to pay, unless there is only one, and says what the chosen one means. */
export function renderMethods(shop, type, quoted) {
  const whom = `${shop.market} ${type.name}`;
  if (quoted) known = { whom, methods: quoted };
  const methods = known.whom === whom ? known.methods : methodsOf(shop, type);
  const chosen = methods.includes(wanted) ? wanted : methods[0];
  if (methods.join() !== offered.join()) {
    renderChoices("paymentMethod", methods.map((method) => ({ value: method, words: nameOf(method), checked: method === chosen })));
  }
  offered = methods;
  one("#field-paymentMethod").hidden = methods.length < 2;
  one("#payment").textContent = meanings[chosen] ? text(meanings[chosen]) : "";
}

/** chooseMethod takes over what the customer chose, before it is rendered next. */
export const chooseMethod = (method) => (wanted = method);

/** chosenMethod is the customer's choice, for the shop: {paymentMethod}, or nothing where there is none. */
export function chosenMethod() {
  if (offered.length < 2) return {};
  return { paymentMethod: offered.includes(wanted) ? wanted : offered[0] };
}
