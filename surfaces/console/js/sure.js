// Doing something when the operator is sure.

import { ask } from "./ask.js";
import { complain } from "./dom.js";

/** sure does something when the operator is sure; it returns whether it was done. */
export async function sure(question, run) {
  const given = await ask(question);
  if (!given) return false;
  try {
    await run(given);
    complain(null);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}
