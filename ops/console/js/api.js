// Calls to the shop. The operator's token is kept as long as the tab is open, and goes along with each call.

const place = "acme.operator";

export const token = () => sessionStorage.getItem(place) ?? "";
export const keep = (text) => (text === "" ? sessionStorage.removeItem(place) : sessionStorage.setItem(place, text));

/** Refusal is an answer that is none: what the shop says of it. */
export class Refusal extends Error {
  constructor(status, detail, errors = []) {
    super([detail, ...errors.map((e) => `${e.field}: ${e.detail}`)].join(" · "));
    this.status = status;
    this.errors = errors;
  }
}

let askToken = async () => "";
let asking = null; // the question that is open: one for all calls that want a token
let declined = false; // the operator was asked for a token, and gave none: what only reads does not ask again

/** onToken sets who asks the operator for a token: it answers "" when there is none. */
export const onToken = (ask) => { askToken = ask; };

/** call sends a request and returns the answer, and asks for a token where one is needed, until it is given a known one or none. */
export async function call(path, { method = "GET", body, signal, headers = {} } = {}) {
  const send = () => fetch(path, {
    method, signal, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(token() ? { Authorization: `Bearer ${token()}` } : {}) },
  });
  let answer = await reached(send);
  while (answer.status === 401 && (method !== "GET" || !declined)) {
    asking ??= askToken(token() !== "").finally(() => { asking = null; });
    const given = await asking;
    declined = given === "";
    if (declined) break;
    keep(given);
    answer = await reached(send);
  }
  if (answer.status === 401) keep("");
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

async function reached(send) {
  try {
    return await send();
  } catch (cause) {
    if (cause.name === "AbortError") throw cause;
    throw new Refusal(0, "The shop cannot be reached. Does it run?");
  }
}

async function refusal(answer) {
  try {
    const { detail, errors } = await answer.json();
    return new Refusal(answer.status, detail, errors);
  } catch {
    return new Refusal(answer.status, `The shop answered ${answer.status}.`);
  }
}

/** askAgain lets the next call ask for a token, whatever was answered before. */
export const askAgain = () => { declined = false; };

/** get reads what is at an address. */
export const get = async (path) => (await call(path)).json();

/** act changes something. */
export async function act(path, body, method = "POST") {
  const answer = await call(path, { method, body });
  return answer.status === 204 ? null : answer.json();
}

/** query writes the part of an address after the question mark. */
export const query = (fields) => new URLSearchParams(Object.entries(fields).filter(([, value]) => value)).toString();
