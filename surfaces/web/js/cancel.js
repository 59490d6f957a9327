// Calling an order off, from its page: a question first, and then whatever the shop says.

import { cancelOrder } from "/assets/js/api.js";
import { one, say } from "/assets/js/dom.js";
import { text } from "/assets/js/text.js";

const sure = one("#sure");
const yes = one("#sure-yes");

/** offerCancel lets the customer call an order off, and runs then() when the shop has done it. */
export function offerCancel(key, then) {
  one("#cancel button").addEventListener("click", () => {
    say(one("#sure-failed"), "");
    sure.showModal();
  });
  one("#sure-no").addEventListener("click", () => sure.close());
  yes.addEventListener("click", () => cancel(key, then));
}

async function cancel(key, then) {
  if (yes.getAttribute("aria-disabled") === "true") return;
  busy(true);
  try {
    await cancelOrder(key);
    sure.close();
    await then();
  } catch (problem) {
    console.error(problem);
    say(one("#sure-failed"), text(problem.kind === "conflict" || problem.kind === "too-late" ? "cancel.late" : "cancel.failed"));
  }
  busy(false);
}

/** busy keeps a second click from doing anything, without taking the focus away. */
function busy(is) {
  yes.setAttribute("aria-disabled", String(is));
  yes.textContent = text(is ? "cancel.busy" : "cancel.yes");
}
