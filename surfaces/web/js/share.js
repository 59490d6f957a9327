// Showing others where an order is: a link that shows how far it is, and opens nothing else.

import { shareOrder } from "/assets/js/api.js";
import { copied } from "/assets/js/copy.js";
import { one, say } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

const button = one("#share button");
const field = one("#share-link");

/** offerShare lets the customer make the link. It is shown, since not every browser lets a page copy. */
export function offerShare(key) {
  button.addEventListener("click", () => share(key));
  field.addEventListener("focus", () => field.select());
}

async function share(key) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  say(one("#share-news"), "");
  try {
    field.value = (await shareOrder(key)).url;
    one("#share-made").hidden = false;
    say(one("#share-news"), text((await copied(field.value)) ? "share.copied" : "share.copy"));
  } catch (problem) {
    console.error(problem);
    say(one("#share-news"), text("share.failed"));
  }
  button.setAttribute("aria-disabled", "false");
}
