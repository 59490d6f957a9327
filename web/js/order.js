// Where is my order: its page, opened by the signed link from the success page and the mails.

import "/assets/js/frame.js";
import { catalog, trackOrder } from "/assets/js/api.js";
import { offerCancel } from "/assets/js/cancel.js";
import { here, make, one, onRetry, say, show } from "/assets/js/dom.js";
import { drawing } from "/assets/js/drawings.js";
import { money } from "/assets/js/format.js";
import { follow } from "/assets/js/live.js";
import { headline, isDead, isOver, renderSteps } from "/assets/js/steps.js";
import { inLanguage, speakAs, text } from "/assets/js/text.js";

const key = new URLSearchParams(location.search).get("key") ?? "";
const badLink = new Set(["unauthorized", "invalid", "not-found"]);
let last = ""; // the order as it was shown last, as text

/** look fetches the order and shows it. It answers as hear does. */
async function look() {
  try {
    const order = await trackOrder(key);
    return speakAs(order.language, location.pathname) ? "over" : hear(order);
  } catch (problem) {
    console.error(problem);
    return failed(problem);
  }
}

/** hear shows the order as it is now. It answers whether that is news, and whether more can come. */
function hear(order) {
  one("#stale").hidden = true;
  const now = JSON.stringify({ ...order, deliveryUrl: Boolean(order.deliveryUrl) }); // the link is signed anew each hour
  if (now === last) return isOver(order) ? "over" : "same";
  render(order, last === "");
  last = now;
  return isOver(order) ? "over" : "news";
}

function failed({ kind }) {
  if (badLink.has(kind) || last === "") {
    show(badLink.has(kind) ? "bad-link" : "unreachable");
    return "over";
  }
  one("#stale").hidden = false;
  return "same";
}

function render(order, first) {
  const [title, more] = headline(order);
  one("#number").textContent = text("order.number", { id: order.orderId });
  one("#headline").textContent = title;
  say(one("#more"), more);
  one("#act").hidden = !order.deliveryUrl;
  if (order.deliveryUrl) one("#act a").href = here(order.deliveryUrl);
  one("#cancel").hidden = !order.cancellable;
  one("#again").hidden = !isDead(order);
  one("#way").hidden = renderSteps(one("#steps"), order) === 0;
  one("#live").hidden = isOver(order);
  one("#total").textContent = money(order.totalPrice, order.currency);
  if (first) renderItems(order);
  else one("#news").textContent = `${title}. ${more}`;
  show("found");
}

/** renderItems lists the plants. Without the catalog their numbers stand for their names. */
async function renderItems(order) {
  const pieces = new Map();
  for (const sku of order.products.split(",")) pieces.set(sku, (pieces.get(sku) ?? 0) + 1);
  const list = (names) => one("#items").replaceChildren(...[...pieces].map(([sku, n]) =>
    make("li", {}, make("img", { src: drawing(sku), alt: "", width: 60, height: 72 }), make("span", {}, names[sku] ?? sku), make("span", { class: "fine" }, `× ${n}`))));
  list({});
  try {
    const { products } = await catalog(order.market);
    list(Object.fromEntries(products.map((p) => [p.sku, inLanguage(p.name)])));
  } catch (problem) {
    console.error(problem);
  }
}

async function start() {
  if (key === "") return show("bad-link");
  offerCancel(key, look);
  if ((await look()) !== "over") follow(key, hear, look);
}

onRetry(start);
await start();
