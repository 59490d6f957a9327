// Calls to the shop. The browser shows the operator's session; without one the operator is sent to log in.

/** Refusal is an answer that is none: what the shop says of it. */
export class Refusal extends Error {
  constructor(status, detail, errors = []) {
    super([detail, ...errors.map((e) => `${e.field}: ${e.detail}`)].join(" · "));
    this.status = status;
    this.errors = errors;
  }
}

/** call sends a request and returns the answer. */
export async function call(path, { method = "GET", body, signal, headers = {} } = {}) {
  const answer = await reached(() => fetch(path, {
    method, signal, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
  }));
  if (answer.status === 401) toLogin();
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** toLogin sends the operator to the login page, which leads back here. */
export const toLogin = () => location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);

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

/** get reads what is at an address. */
export const get = async (path) => (await call(path)).json();

/** act changes something, and asks for the object that says what came of it. */
export async function act(path, body, method = "POST") {
  const answer = await call(path, { method, body, headers: { Prefer: "return=representation" } });
  return answer.status === 204 ? null : answer.json();
}

/** query writes the part of an address after the question mark. */
export const query = (fields) => new URLSearchParams(Object.entries(fields).filter(([, value]) => value)).toString();
