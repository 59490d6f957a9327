// What an operator can do. Each is asked once more, and is written down with who did it.

import { act, get } from "./api.js";
import { complain } from "./dom.js";
import { sure } from "./sure.js";
import { cancelReasons, minor, money, slot } from "./words.js";

const kept = "It is written down, with your name.";

const note = { name: "note", label: "Why? For operators only; may be left empty", required: false, most: 200 };

const letter = ({ eventId, subscriber }, what) => `/deadletters/${encodeURIComponent(eventId)}/${encodeURIComponent(subscriber)}/${what}`;

/** replay tries a dead letter again. */
export const replay = (one, does) => sure({
  title: `Replay ${one.subscriber}?`, text: [`It ${does}. It is tried again within a second or two, with all its tries. What was done already is not done twice.`, kept], yes: "Replay",
}, () => act(letter(one, "replay"), {}));

/** replayAll tries all dead letters of a subscriber again. */
export const replayAll = (subscriber) => sure({
  title: `Replay all of ${subscriber}?`, text: ["All its dead letters are tried again, the oldest first, at most 1000. Mend the cause first. What was done already is not done twice.", kept], yes: "Replay all",
}, () => act("/deadletters/replay", { subscriber }));

/** discard gives a dead letter up. */
export const discard = (one, does) => sure({
  title: `Discard ${one.subscriber}?`, text: [`What it does will never be done for this order: it ${does}. This cannot be undone.`, kept],
  fields: [{ name: "reason", label: "Why may it be given up?" }], yes: "Discard for good",
}, ({ reason }) => act(letter(one, "discard"), { reason }));

/** cancel calls an order off. */
export const cancel = ({ orderId, name, refundable, currency }) => sure({
  title: `Cancel order ${orderId}?`, text: [refundable > 0 ? `${money(refundable, currency)} goes back to ${name}.` : `It is the order of ${name}. Nothing was paid that could go back.`, "The customer is told, with the reason. A delivery that is booked is called off. The stockist is not told: call them. This cannot be undone.", kept],
  fields: [{ name: "reason", label: "Reason; the customer reads it", options: cancelReasons }], yes: "Cancel the order",
}, ({ reason }) => act("/cancelOrder", { orderId, reason }));

/** deliver books an order's delivery for the customer, or changes what is booked. */
export async function deliver(order) {
  try {
    const { windows, timeZone } = await get(`/deliveryTimes?orderId=${order.orderId}`);
    return await pick(order, windows.filter(({ from }) => Number(from) !== Date.parse(order.deliveryTime)), timeZone);
  } catch (error) {
    complain(error);
    return false;
  }
}

function pick({ orderId, deliveryTime }, windows, timeZone) {
  if (windows.length === 0) throw new Error("No delivery time is free. Nothing was changed.");
  const options = windows.map(({ from, until }) => [from, slot(from, until, timeZone)]);
  const [what, path] = deliveryTime ? ["Change", "/moveDelivery"] : ["Book", "/bookDelivery"];
  const before = deliveryTime ? `It is booked for ${slot(Date.parse(deliveryTime), undefined, timeZone)}. That time becomes free, and the delivery company is told.` : "The van is ordered.";
  return sure({
    title: `${what} the delivery of order ${orderId}?`, text: [`${before} The customer gets a mail.`, kept],
    fields: [{ name: "time", label: `Time in ${timeZone}`, options: [["", "Choose a time"], ...options] }], yes: `${what} the delivery`,
  }, ({ time }) => act(path, { orderId, deliveryTime: time }));
}

/** refund gives a part of an order's money back. */
export const refund = ({ orderId, refundable, currency }) => sure({
  title: `Give money of order ${orderId} back?`, text: [`At most ${money(refundable, currency)} are left of what was paid. The customer reads the reason. The order stays as it is; to call it off, cancel it. Above a limit, another operator has to approve it.`, kept],
  fields: [{ name: "amount", label: `Amount in ${currency}, e.g. ${money(refundable, currency).replace(/[^\d.]/g, "")}`, most: 20 }, { name: "reason", label: "Why? The customer is told", most: 200 }], yes: "Give it back",
}, ({ amount, reason }) => {
  const wished = minor(amount, currency);
  if (wished === null) throw new Error(`${amount} is no amount in ${currency}. Nothing was given back.`);
  return act("/refundOrder", { orderId, amount: wished, currency, reason, key: crypto.getRandomValues(new Uint32Array(4)).join("-") });
});

/** approveRefund is the second person's yes to a refund. */
export const approveRefund = ({ orderId, currency }, { number, amount, by, reason }) => sure({
  title: `Approve refund ${number} of order ${orderId}?`, text: [`${by} asked for ${money(amount, currency)}: ${reason}. The money goes back at once.`, kept], yes: "Approve the refund",
}, () => act("/approveRefund", { orderId, number }));

/** refuseRefund refuses a refund, or withdraws one's own. */
export const refuseRefund = ({ orderId, currency }, { number, amount, by, reason }) => sure({
  title: `Refuse refund ${number} of order ${orderId}?`, text: [`${by} asked for ${money(amount, currency)}: ${reason}. Nothing is given back, and the customer is not told. Who asked for it withdraws it in this way.`, kept],
  fields: [{ name: "reason", label: "Why? For operators only", most: 200 }], yes: "Refuse the refund",
}, ({ reason: why }) => act("/refuseRefund", { orderId, number, reason: why }));

/** approve lets an order pass a step of its review. */
export const approve = (orderId, step) => sure({
  title: `Let order ${orderId} pass?`, text: [`It passes its review "${step}". When no other review is open, the order is placed and the stockist asked. The first decision counts; where it takes two persons, the first one's yes waits for the second.`, kept],
  fields: [note], yes: "Approve",
}, (given) => act("/approve", { orderId, step, ...given }));

/** refuse refuses an order at a step of its review. */
export const refuse = (orderId, step) => sure({
  title: `Refuse order ${orderId}?`, text: [`It fails its review "${step}": it is cancelled, the customer is told that we cannot accept it, and money that was paid is given back. This cannot be undone.`, kept],
  fields: [note], yes: "Refuse the order",
}, (given) => act("/refuse", { orderId, step, ...given }));

/** askAgain asks the stockist once more. */
export const askAgain = (orderId, ref) => sure({
  title: `Ask the stockist again for order ${orderId}?`, text: [`Under the same key, refill:${ref}: what was asked for already is not produced twice.`, kept], yes: "Ask again",
}, () => act("/stock", { orderId }));

/** move changes an order's status by hand. */
export const move = (orderId, next) => sure({
  title: `Change the status of order ${orderId}?`, text: ["Normally the status follows the events. Do this when you know that what the status says is so.", next.includes("CANCELLED") && "CANCELLED gives money that was paid back, and tells the customer.", kept].filter(Boolean),
  fields: [{ name: "status", label: "New status", options: next }], yes: "Change the status",
}, ({ status }) => act("/updateOrderStatus", { orderId, status }));

/** turn sets a partner's knobs. */
export const turn = (name, knobs, what) => sure({
  title: `${what} ${name}?`, text: ["It behaves so for all orders from now on, until the knobs are turned back or the shop is started again.", kept], yes: what,
}, () => act(`/partners/${encodeURIComponent(name)}/knobs`, knobs, "PUT"));

const simulated = {
  pay: ["Pay", "The customer pays in a shop or at a bank; the provider tells the shop."],
  "pay-late": ["Pay late", "The customer paid in the last minute, and the provider hears of it only now."], dispute: ["Dispute", "The customer's bank takes the money back; the provider tells the shop."],
  "dispute-won": ["Dispute won", "The shop has proved its claim, and keeps the money."], "dispute-lost": ["Dispute lost", "The customer keeps the money."],
};

/** simulates names what can be done with a simulated payment. */
export const simulates = (action) => simulated[action]?.[0] ?? action;

/** simulate does to a simulated payment what a customer or a bank does. */
export const simulate = (partner, { key, orderId }, action) => sure({
  title: `${simulates(action)}: order ${orderId}?`, text: [simulated[action]?.[1] ?? "", "It is a simulation: no money moves.", kept], yes: simulates(action),
}, () => act(`/partners/${encodeURIComponent(partner)}/payments`, { key, action }));

/** activate puts other rules in force: a text as a new version, or a version that is kept. */
export const activate = ({ text, version }, expect) => sure({
  title: version ? `Activate version ${version}?` : "Activate these rules?",
  text: [`They take the place of version ${expect}, in all processes within a second. Orders that were made keep the rules that they were made under.`, kept],
  fields: version ? [] : [{ name: "note", label: "Why?" }], yes: "Activate",
}, ({ note }) => act("/rules/activate", version ? { version, expect } : { text, note, expect }));

/** rollback puts in force what was in force before. */
export const rollback = (expect) => sure({
  title: `Roll back version ${expect}?`, text: ["What was in force before it is in force again, in all processes within a second. Orders that were made keep their rules.", kept], yes: "Roll back",
}, () => act("/rules/rollback", { expect }));
