// Find my order: the links of a mail address's orders are sent to it again; and the last orders on this device.

import "/assets/js/frame.js";
import { findOrder } from "/assets/js/api.js";
import { one, say } from "/assets/js/dom.js";
import { recall } from "/assets/js/memory.js";
import { text } from "/assets/js/text.js";

const form = one("#find");
const news = one("#news");
const button = one("#find button");

const known = recall("local", "acme.orders") ?? [];
for (const { orderId, link } of known) {
  const item = document.createElement("li");
  const to = document.createElement("a");
  to.href = link;
  to.textContent = text("find.order", { id: orderId });
  item.append(to);
  one("#here ul").append(item);
}
one("#here").hidden = known.length === 0;

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  say(news, "");
  try {
    const number = form.elements.number.value.trim();
    await findOrder({ email: form.elements.email.value.trim(), ...(number && { orderId: Number(number) }) });
    say(news, text("find.sent"));
  } catch (problem) {
    console.error(problem);
    say(news, text(problem.kind === "invalid" ? "find.invalid" : "find.failed"));
  }
  button.setAttribute("aria-disabled", "false");
});
