// What the support desk does for a customer: mails, links and notes.

import { act, get } from "./api.js";
import { ask } from "./ask.js";
import { complain, make, one, settle } from "./dom.js";
import { sure } from "./sure.js";
import { clock } from "./words.js";

const kept = "It is written down, with your name.";
const button = (text, run) => make("button", { class: "button quiet", type: "button", onclick: run }, text);
const path = ({ eventId, subscriber }) => `/mails/${encodeURIComponent(eventId)}/${encodeURIComponent(subscriber)}`;

/** renderDesk shows the mails and notes of an order. */
export function renderDesk(order, then) {
  const mails = order.moments.filter((m) => m.kind === "receipt" && m.subscriber?.startsWith("email."));
  const byHand = order.moments.filter((m) => m.kind === "action" && (m.title === "mail-again" || m.title === "renew-link"));
  const notes = order.moments.filter((m) => m.kind === "action" && m.title === "note");
  one("#mails-card").hidden = mails.length === 0;
  one("#mails-to").textContent = order.email ? `A mail that is sent again says what it said, with new links, and goes to ${order.email}.` : "The customer's data is erased: no mail can be sent.";
  settle(one("#mails"), [mails.map((m) => [m.id, m.state, m.at, m.error]), order.mails, byHand.map((m) => m.id), order.email], () => [
    ...mails.map((m) => mail(order, m, then)),
    ...byHand.map((m) => make("li", {}, make("p", { class: "fine" }, `${clock(m.at)} · ${m.title === "mail-again" ? "sent again" : "links renewed"} ${m.text}`))),
  ]);
  settle(one("#notes"), notes.map((m) => m.id), () => notes.map(note));
}

const states = { done: "sent", pending: "waits to be sent", parked: "not sent", discarded: "given up" };

/** fates says what became of a mail, and of those with which it was sent again. */
function fates({ mails = [] }, m) {
  const id = `${m.eventId}.${m.subscriber}`;
  return mails.filter((one) => one.state && (one.id === id || one.again === id)).map((one) =>
    make("p", { class: one.state === "bounced" ? "error" : "fine" }, `${one.again ? `sent again ${clock(one.sentAt)}, ` : ""}${one.state}${one.reason ? `: ${one.reason}` : ""} · ${clock(one.at)}`));
}

function mail(order, m, then) {
  return make("li", {},
    make("p", {}, make("b", {}, m.text.replace(/^mails the customer /, "")), ` · ${states[m.state] ?? m.state} ${clock(m.at)}`),
    m.error && make("p", { class: "error" }, m.error),
    ...fates(order, m),
    make("p", { class: "acts" }, button("Read", () => read(order, m)), order.email && button("Send again", () => then(sendAgain(order, m)))));
}

const note = (m) => {
  const [, who = "", text = m.text] = /^by (.*?): (.*)$/s.exec(m.text) ?? [];
  return make("li", {}, make("p", {}, text), make("p", { class: "fine" }, [who, clock(m.at)].filter(Boolean).join(", ")));
};

/** read shows a mail as it was written. */
async function read(order, m) {
  try {
    const was = await get(`${path(m)}?orderId=${order.orderId}`);
    complain(null);
    await ask({ title: was.subject, text: [`To ${was.toName} <${was.to}>, written ${clock(was.written)}. Its links are new ones.`], more: make("pre", { class: "mail", tabindex: "0" }, was.text), yes: "Close" });
  } catch (error) {
    complain(error);
  }
}

const sendAgain = (order, m) => sure({
  title: "Send this mail again?", text: [`As it was written, with new links, to ${order.email}. ${kept}`], yes: "Send it again",
}, () => act(`${path(m)}/again`, { orderId: order.orderId }));

/** copyLink shows the customer's link, and copies it where the browser lets it. */
export async function copyLink({ orderId }) {
  try {
    const { url } = await act("/orderLink", { orderId });
    await navigator.clipboard?.writeText(url).catch(() => undefined);
    complain(null);
    await ask({ title: "The customer's link", text: ["Whoever has it can see the order and cancel it. Give it to the customer only. It was copied, if your browser allows that."], more: make("pre", { class: "mail", tabindex: "0" }, url), yes: "Close" });
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

/** renewLink makes all links to an order invalid. */
export const renewLink = ({ orderId, email }) => sure({
  title: `Renew the links of order ${orderId}?`, text: [`All links that the customer has, and has shared, end at once. The latest mail is sent again to ${email}, with new ones.`, kept], yes: "Renew the links",
}, () => act("/renewLink", { orderId }));

/** addNote keeps a note on an order. */
export const addNote = ({ orderId }) => sure({
  title: `A note on order ${orderId}`, text: ["For operators only; the customer does not see it. It is not changed or taken away.", kept], fields: [{ name: "note", label: "Note" }], yes: "Keep the note",
}, ({ note: text }) => act("/notes", { orderId, note: text }));
