// The shop's public API. Every failure is a Problem, so that callers look at one thing.

const patience = 20_000; // milliseconds; the shop itself gives up on its partners earlier

/** Problem is an answer that is not what was asked for. Its kind is the end of the problem's type, or "unreachable". */
export class Problem extends Error {
  constructor(kind, { status = 0, detail = "", errors = [], trackingUrl = "" } = {}, wait = 0, attempt = undefined) {
    super(detail || kind);
    this.kind = kind;
    this.status = status; // 0: there was no answer
    this.detail = detail;
    this.errors = errors;
    this.trackingUrl = trackingUrl; // the page of an order whose payment is open
    this.attempt = attempt; // an order that was let go of
    this.wait = wait; // milliseconds that the shop asks us to wait before we ask again
  }
}

/** unfit reports whether the shop does not take a cart as it is: asking again does not help. */
export const unfit = ({ kind }) => kind === "invalid" || kind === "sold-out";

export const catalog = (market) => ask(market ? `/catalog?market=${encodeURIComponent(market)}` : "/catalog"); // the shop has a first market
export const trackOrder = (key) => ask(`/trackOrder?key=${encodeURIComponent(key)}`);
export const trackLive = (key) => new EventSource(`/trackOrder/live?key=${encodeURIComponent(key)}`);
export const deliveryTimes = (key) => ask(`/deliveryTimes?order=${encodeURIComponent(key)}`);
export const freeTimes = (where) => ask(`/deliveryTimes?${new URLSearchParams(where)}`);
export const bookDelivery = (key, deliveryTime) => send("/bookDelivery", JSON.stringify({ orderId: key, deliveryTime }));
export const moveDelivery = (key, deliveryTime) => send("/moveDelivery", JSON.stringify({ orderId: key, deliveryTime }));
export const cancelOrder = (key) => send("/cancelOrder", JSON.stringify({ key }));
export const shareOrder = (key) => send("/trackOrder/share", JSON.stringify({ key }));
export const findOrder = (body) => send("/findOrder", JSON.stringify(body));
export const complain = (body) => send("/complaints", JSON.stringify(body));
export const payOrder = (key, paymentMethod) => send("/payOrder", JSON.stringify({ key, paymentMethod }));
export const checkPayment = (key) => send("/checkPayment", JSON.stringify({ key }));
export const quote = (body) => send("/quote", body);
export const createOrder = (body, key) => send("/createOrder", body, { "Idempotency-Key": key });

function send(path, body, headers = {}) {
  return ask(path, { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } });
}

async function ask(path, options = {}) {
  let answer, body;
  try {
    answer = await fetch(path, { cache: "no-store", ...options, signal: AbortSignal.timeout(patience) });
    body = await answer.json();
  } catch (cause) {
    if (answer && !answer.ok) throw new Problem("other", { status: answer.status }, waitOf(answer)); // a proxy's page, not the shop's
    throw new Problem("unreachable", { detail: String(cause) });
  }
  if (answer.ok) return body;
  const kind = String(body.type ?? "").replace("/problems/", "") || "other";
  throw new Problem(kind, { ...body, status: answer.status }, waitOf(answer));
}

/** waitOf reads Retry-After, seconds or a date (RFC 9110), as milliseconds from now; 0 when it is not there. */
function waitOf(answer) {
  const after = answer.headers.get("Retry-After") ?? "";
  return Math.max(0, 1000 * Number(after) || Date.parse(after) - Date.now() || 0);
}
