// What every page has: the choice of language, and the badge that counts what is in the cart.

import { onChange, pieces } from "/assets/js/cart.js";
import { one, say } from "/assets/js/dom.js";
import { count, refocus, speak } from "/assets/js/text.js";

for (const button of document.querySelectorAll("button[data-language]")) {
  button.addEventListener("click", () => speak(button.dataset.language));
}

function renderBadge() {
  const n = pieces();
  say(one("#badge"), n > 0 ? String(n) : "");
  one("#badge-words").textContent = count("shop.cart.pieces", n);
}

refocus();
renderBadge();
onChange(renderBadge);
