// Hearing of an order as it goes on: server-sent events, and looking again and again where they do not come through.

import { trackLive } from "/assets/js/api.js";
import { poll } from "/assets/js/poll.js";

/**
 * follow tells hear of each state of the order until hear answers "over". The browser connects anew by itself when a
 * stream breaks; when the shop gives none, look is called now and then instead, which answers what poll wants to know.
 */
export function follow(key, hear, look) {
  const stream = trackLive(key);
  stream.addEventListener("message", ({ data }) => {
    if (hear(JSON.parse(data)) === "over") stream.close();
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) poll(look);
  });
}
