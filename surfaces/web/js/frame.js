// What every page has: the choice of language, the badge that counts what is in the cart, and whom to ask.

import { onChange, pieces } from "/assets/js/cart.js";
import { one, say } from "/assets/js/dom.js";
import { loadCatalog } from "/assets/js/market.js";
import { keeps } from "/assets/js/memory.js";
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
one("#not-kept").hidden = keeps();
renderBadge();
onChange(renderBadge);
setTimeout(() => one("#contact").hidden && loadCatalog().catch(console.error), 2000); // unless the page has it by then
