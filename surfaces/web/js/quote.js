// What the cart costs: asked of the shop whenever that could have changed. An answer counts for the question that was
// asked last, and for no other: an older one is dropped, whenever it comes.

import { quote } from "/assets/js/api.js";

const gap = 250; // milliseconds between two questions, however fast the customer clicks
const pauses = [2000, 5000, 10_000, 30_000]; // before the same question is asked again, when the shop did not answer

let asked = ""; // the newest question
let number = 0; // of its latest try
let last = -gap; // when a question was sent
let timer;
let tries = 0;
let found; // the newest question's {answer} or {problem}; undefined while it is open
let waiting = []; // who waits for it
let tell = () => {};

/** onPrice tells when there is an answer, or none to be had. */
export const onPrice = (listener) => (tell = listener);

/** price is what is known of the newest question: {answer} or {problem}, or {} while the shop is being asked. */
export const price = () => found ?? {};

/** want asks what a cart costs, unless that is what was asked last. */
export function want(cart) {
  const question = JSON.stringify(cart);
  if (question === asked) return;
  asked = question;
  tries = 0;
  open(Math.max(0, last + gap - performance.now()));
}

/** again asks the newest question once more, because its answer may be old or was never there. */
export function again() {
  open(0);
  return settled();
}

/** settled waits until the newest question is answered, or cannot be, and returns price(). */
export function settled() {
  return found ? Promise.resolve(found) : new Promise((done) => waiting.push(done));
}

/** open takes back what was known, and asks after a while. */
function open(wait) {
  found = undefined;
  number++;
  clearTimeout(timer);
  timer = setTimeout(ask, wait);
}

async function ask() {
  const mine = number;
  last = performance.now();
  try {
    const answer = await quote(asked);
    if (mine === number) close({ answer });
  } catch (problem) {
    if (mine === number) fail(problem);
  }
}

function fail(problem) {
  console.error(problem);
  close({ problem });
  if (passes(problem)) timer = setTimeout(retry, Math.max(problem.wait, pauses[Math.min(tries++, pauses.length - 1)]));
}

/** passes reports whether a problem may be over when the shop is asked again. */
const passes = ({ status }) => status === 0 || status === 429 || status >= 500;

/** retry asks again what was not answered, while someone sees the page. */
function retry() {
  if (!document.hidden && found?.problem && passes(found.problem)) again();
}

function close(outcome) {
  found = outcome;
  for (const done of waiting.splice(0)) done(outcome);
  tell(outcome);
}

document.addEventListener("visibilitychange", retry);
