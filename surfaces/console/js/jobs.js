// The same action on all orders of a search: what it would do, and starting it.

import { act, query } from "./api.js";
import { complain, one } from "./dom.js";
import { sure } from "./sure.js";
import { cancelReasons, money, some } from "./words.js";

const mostReasons = 8; // listed in the dialog

const kinds = {
  "mail-again": {
    title: (n) => `Send the latest mail of ${n} again?`, yes: (n) => `Send ${n}`,
    text: ["Each customer gets the latest mail of the order again, with new links."], fields: [],
  },
  cancel: {
    title: (n) => `Cancel ${n}?`, yes: (n) => `Cancel ${n}`,
    text: ["Each customer is told, with the reason. Money that was paid is given back. Deliveries that are booked are called off. The stockist is not told: call them. This cannot be undone."],
    fields: [{ name: "reason", label: "Reason; the customers read it", options: cancelReasons }],
  },
};

/** offerJobs offers what can be done with all orders of a search. */
export function offerJobs(wish, there) {
  one("#bulk").hidden = !there;
  one("#bulk-mail").onclick = () => offer("mail-again", wish);
  one("#bulk-cancel").onclick = () => offer("cancel", wish);
}

/** offer tells what an action would do, starts it when the operator is sure, and shows how far it is. */
async function offer(action, { q, status, market, tests, below }) {
  try {
    const would = await act("/bulk/try", { action, search: { q, status, market, tests, below: Number(below ?? 0) } });
    if (would.orders.length === 0) throw new Error(`It can be done with none of ${some(would.found, "order")}. ${reasons(would.cannot).join(" ")} ${further(would)}`.trim());
    const n = some(would.orders.length, "order");
    const { title, text, fields, yes } = kinds[action];
    await sure({
      title: title(n), yes: yes(n), text: [...numbers(would), ...text, "It is written down at each order, with your name. You can stop it."],
      fields: [...fields, { name: "typed", label: `To confirm, type ${would.orders.length}`, most: 6 }],
    }, (given) => start(action, would, given, { q, status, market, tests }));
  } catch (error) {
    complain(error);
  }
}

/** numbers say what the dry run has found. */
const numbers = (would) => [
  `The search has ${would.next ? "more than " : ""}${some(would.found, "order")}; it can be done with ${would.orders.length}.`,
  further(would),
  would.sums.length > 0 && `Goes back: ${would.sums.map(sum).join("; ")}.`,
  would.cannot.length > 0 && `It cannot be done with ${some(would.cannot.length, "order")}:`, ...reasons(would.cannot),
].filter(Boolean);

const further = ({ next, most }) => (next ? `One job takes at most ${most}, the newest. Those below order ${next} are for another job.` : "");

/** sum writes what goes back in one currency. */
export const sum = ({ currency, amount, orders }) => `${money(amount, currency)} of ${some(orders, "order")}`;

/** reasons are why it cannot be done with some orders, each once. */
function reasons(cannot) {
  const by = new Map();
  for (const { orderId, why } of cannot) by.set(why, [...(by.get(why) ?? []), orderId]);
  const all = [...by].map(([why, ids]) => `${some(ids.length, "order")}: ${why} (${ids.slice(0, 3).join(", ")}${ids.length > 3 ? " …" : ""}).`);
  return [...all.slice(0, mostReasons), ...(all.length > mostReasons ? [`And ${all.length - mostReasons} other reasons.`] : [])];
}

async function start(action, { id, orders, next }, { reason, typed }, wish) {
  if (typed !== String(orders.length)) throw new Error(`${typed} was typed, and not ${orders.length}. Nothing was started.`);
  await act("/bulk", { id, action, orders, ...(reason ? { reason } : {}) });
  const more = next ? { more: query({ ...wish, below: next }) } : {};
  location.assign(`/console/bulk?${query({ job: id, ...more })}`);
}
