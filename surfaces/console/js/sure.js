// Doing something when the operator is sure.

import { ask } from "./ask.js";

/** sure does something when the operator is sure; it returns whether it was done. */
export const sure = (question, run) => ask({ ...question, run });
