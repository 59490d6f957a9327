// Sending an order so that it is made at most once, whatever happens to the answer.
//
// Before an order is sent, it is kept together with a key of its own. Until an answer says what became of it, nothing
// else is sent: the same order goes again under the same key, after a double click, a lost answer or a reload, and the
// shop answers as it did the first time. Only a definite answer lets go of it.

import { createOrder, Problem } from "/assets/js/api.js";
import { drop, keep, recall } from "/assets/js/memory.js";

const name = "acme.attempt";
const purchase = "acme.purchase"; // the key of the next order, the same in all tabs
const pauses = [800, 1600, 3000, 5000]; // milliseconds between tries
const longest = 60_000; // milliseconds that a customer waits between all tries together, whatever the shop asks for
const fresh = 3_600_000; // for an hour it is still the same purchase; the shop knows a key for longer than that

/** undecided is the order that was sent and not answered, or undefined. */
export const undecided = () => recall("local", name);

/** abandon lets go of the undecided order and returns it. Whether the shop made it, only the customer's mail will tell. */
export function abandon() {
  const attempt = undecided();
  drop("local", name);
  keep("local", purchase, newKey());
  return attempt;
}

/**
 * outdated lets go of an undecided order that is too old to be sent again, and returns it; else undefined. The shop may have
 * forgotten its key, and would make it a second time.
 */
export function outdated() {
  const attempt = undecided();
  return attempt && Date.now() - attempt.at >= fresh ? abandon() : undefined;
}

// The shop's own answers that say that this request made no order and never will. Whatever else comes, also a 4xx, may
// be the answer of a proxy or of the rate limit to a repetition, and says nothing of the order that was sent before.
const definite = new Set(["payment-declined", "paid-too-late", "outdated", "invalid", "malformed", "key-reused", "conflict", "sold-out", "too-large"]);

/** mayLetGo reports whether who answered does not seem to be the shop, and may go on to answer so for ever. */
export const mayLetGo = ({ kind, status }) => isOpen({ kind }) && status >= 400 && status < 500 && !shops.has(kind);
const shops = new Set(["in-progress", "too-many-requests"]);

/** isOpen reports whether a problem leaves open what became of the order. */
export const isOpen = ({ kind }) => !definite.has(kind);

/**
 * place sends an order and returns the shop's answer. If an earlier order with another content is undecided, that one
 * is decided first; when it turns out to be made, the answer is that order's, marked earlier, and this one is not sent.
 * An earlier order that is outdated is not sent again, and neither is this one: its customer must hear of that first.
 * Meanwhile doubt hears of each problem that leaves it open.
 */
export function place(order, doubt) {
  const body = JSON.stringify(order);
  const key = recall("local", purchase) ?? newKey(); // now: another tab that orders in the same moment uses it too, and then renews it
  return alone(() => placeAlone(body, key, doubt));
}

/** alone does something while no other tab of the shop does. Without TLS, browsers have no locks. */
const alone = (work) => (navigator.locks ? navigator.locks.request(name, work) : work());

async function placeAlone(body, key, doubt) {
  const lost = outdated();
  if (lost) throw new Problem("outdated", {}, 0, lost);
  const before = undecided();
  if (before && before.body !== body) {
    try {
      return { ...(await decide(before, doubt)), body: before.body, earlier: true };
    } catch (problem) {
      if (isOpen(problem)) throw problem;
    }
  }
  const attempt = undecided() ?? { key: before ? newKey() : key, body, at: Date.now() };
  keep("local", name, attempt);
  try {
    return { ...(await decide(attempt, doubt)), body, earlier: false };
  } catch (problem) {
    if (problem.kind !== "key-reused") throw problem;
    const own = { key: newKey(), body, at: Date.now() }; // the other tab has ordered something else
    keep("local", name, own);
    return { ...(await decide(own, doubt)), body, earlier: false };
  }
}

/**
 * decide asks until there is an answer, or patience ends, and never sooner than the shop wants to be asked again. What is
 * said of a payment in doubt outweighs a mere "not yet".
 */
export async function decide(attempt, doubt) {
  let unsure;
  let left = longest;
  for (let tries = 0; ; tries++) {
    try {
      const answer = await createOrder(attempt.body, attempt.key);
      abandon();
      return answer;
    } catch (problem) {
      if (!isOpen(problem)) abandon();
      if (problem.kind === "payment-in-doubt") unsure = problem;
      if (!isOpen(problem)) throw problem;
      const wait = problem.wait || pauses[tries];
      left -= wait;
      if (tries === pauses.length || left < 0) throw unsure ?? problem;
      doubt(problem);
      await pause(wait);
    }
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// crypto.randomUUID is missing where the shop is reached without TLS, as on a developer's network.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (!recall("local", purchase)) keep("local", purchase, newKey());
