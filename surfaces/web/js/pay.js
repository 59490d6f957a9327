// Paying an order from its own page: the voucher to pay with, and the ways to pay that are left.

import { payOrder } from "/assets/js/api.js";
import { copied } from "/assets/js/copy.js";
import { here, make, one, say } from "/assets/js/dom.js";
import { money } from "/assets/js/format.js";
import { leaveToPay } from "/assets/js/paying.js";
import { stageOf, untilOf } from "/assets/js/steps.js";
import { text } from "/assets/js/text.js";

const ways = { "card": "order.pay.card", "cash-voucher": "order.pay.cash-voucher", "bank-transfer": "order.pay.bank-transfer" };
const place = one("#pay");
let key; // of the order's page
let look; // fetches the order anew
let busy = false;
let number = ""; // of the voucher

/** offerPayment lets the customer pay, and runs then() when the order may have changed. */
export function offerPayment(orderKey, then) {
  [key, look] = [orderKey, then];
  one("#voucher-copy").addEventListener("click", async () => say(one("#voucher-news"), text((await copied(number)) ? "voucher.copied" : "voucher.copy-it")));
}

/** renderPayment shows how an order that waits for its payment can be paid. */
export function renderPayment(order) {
  const stage = stageOf(order);
  place.hidden = stage !== "voucher" && stage !== "unpaid" && stage !== "failed";
  if (place.hidden) return;
  renderVoucher(order);
  renderWays(order, stage === "voucher");
}

function renderVoucher(order) {
  const { voucher } = order.payment ?? {};
  one("#voucher").hidden = !voucher;
  if (!voucher) return;
  number = voucher.number;
  one("#voucher-number").textContent = grouped(number);
  one("#voucher-amount").textContent = money(order.amount, order.currency);
  one("#voucher-payee").textContent = voucher.payee ?? "";
  one("#voucher-payee").parentElement.hidden = !voucher.payee;
  one("#voucher-until").textContent = untilOf(order.payment.until ?? order.payUntil, order.timeZone);
  one("#voucher-print").hidden = !voucher.url;
  if (voucher.url) one("#voucher-print").href = voucher.url;
}

/** grouped writes a long number as people read it out: in groups of four. */
const grouped = (digits) => (/^[0-9A-Z]{7,}$/.test(digits) ? digits.match(/.{1,4}/g).join(" ") : digits);

/** renderWays offers the ways to pay, first the one that was begun. With a voucher in hand, only the others. */
function renderWays({ orderId, payment, paymentMethods = [] }, waiting) {
  const begun = payment?.method;
  const left = waiting ? paymentMethods.filter((method) => method !== begun) : [...paymentMethods].sort((a, b) => (b === begun) - (a === begun));
  one("#other-ways").hidden = !waiting || left.length === 0;
  one("#ways").replaceChildren(...left.map((method, i) =>
    make("button", { type: "button", class: i === 0 && !waiting ? "button" : "button quiet", "data-method": method, onclick: ({ target }) => pay(orderId, method, target) },
      text(ways[method] ?? "order.pay.other", { method }))));
}

async function pay(orderId, method, button) {
  if (busy) return;
  setBusy(button, true);
  say(one("#pay-problem"), "");
  try {
    const { redirectUrl, payment } = await payOrder(key, method);
    if (payment?.url) {
      leaveToPay({ orderId, trackingUrl: location.href });
      return location.assign(here(redirectUrl));
    }
  } catch (problem) {
    console.error(problem);
    tell(problem);
  }
  setBusy(button, false);
  return look();
}

const known = { "payment-in-doubt": "problem.in-doubt", "payment-declined": "order.pay.declined", conflict: "order.pay.late", "limit-reached": "order.pay.many" };

function tell({ kind }) {
  say(one("#pay-problem"), text(known[kind] ?? "order.pay.problem"));
  one("#pay-problem").focus();
}

/** setBusy keeps a second click from doing anything, without taking the focus away. */
function setBusy(button, now) {
  busy = now;
  place.setAttribute("aria-busy", String(now));
  button.setAttribute("aria-disabled", String(now));
}
