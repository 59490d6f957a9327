// Where is my order: its page, opened by the signed link from the success page and the mails.

import "/assets/js/frame.js";
import { catalog, checkPayment, trackOrder } from "/assets/js/api.js";
import { offerCancel } from "/assets/js/cancel.js";
import { offerComplaint, renderComplaints } from "/assets/js/complaints.js";
import { renderContact } from "/assets/js/contact.js";
import { here, one, onRetry, say, show } from "/assets/js/dom.js";
import { follow } from "/assets/js/live.js";
import { offerAgain, renderItems } from "/assets/js/order-items.js";
import { renderPapers } from "/assets/js/papers.js";
import { offerPayment, renderPayment } from "/assets/js/pay.js";
import { isPaying, paid, unpaid } from "/assets/js/paying.js";
import { renderPaid } from "/assets/js/refunds.js";
import { offerShare } from "/assets/js/share.js";
import { renderParcel } from "/assets/js/parcel.js";
import { changesOf, headline, isDead, renderSteps, stageOf } from "/assets/js/steps.js";
import { speakAs, speakAsViewer } from "/assets/js/order-language.js";
import { text } from "/assets/js/text.js";
import { renderWhere } from "/assets/js/where.js";

const key = new URLSearchParams(location.search).get("key") ?? "";
const badLink = new Set(["unauthorized", "invalid", "not-found"]);
let last = ""; // the order as it was shown last, as text
let asked = false; // the payment provider was, by this page
let awaited = false; // this page has shown that the order is not paid
let following = false; // the page hears of changes by itself

/** look fetches the order and shows it. It answers as hear does. */
async function look() {
  try {
    const order = await trackOrder(key);
    if (order.shared ? speakAsViewer() : speakAs(order.language)) return "over";
    return hear(stageOf(order) === "" || order.shared || asked ? order : await ask(order));
  } catch (problem) {
    console.error(problem);
    return failed(problem);
  }
}

/** ask has the shop ask the payment provider: a customer who comes back from its page may have paid, or not. */
async function ask(order) {
  asked = true;
  one("[data-view=loading] p").textContent = text("order.asking");
  try {
    return await checkPayment(key);
  } catch (problem) {
    console.error(problem);
    return order;
  }
}

/** hear shows the order as it is now. It answers whether that is news, and whether more can come. */
function hear(order) {
  one("#stale").hidden = true;
  if (order.settled) following = false;
  const now = JSON.stringify({ ...order, deliveryUrl: Boolean(order.deliveryUrl) }); // the link is signed anew each hour
  if (now === last) return order.settled ? "over" : "same";
  render(order, last === "");
  last = now;
  return order.settled ? "over" : "news";
}

function failed({ kind }) {
  if (kind === "link-replaced") {
    show("replaced");
    return "over";
  }
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
  renderThanks(order);
  renderPayment(order);
  renderPaid(order);
  renderPapers(order, key);
  renderComplaints(order);
  renderWhere(order);
  renderParcel(order);
  one("#act").hidden = !order.deliveryUrl;
  const changes = order.deliveryTime && order.status !== "DELIVERY_FAILED"; // else a time is to be picked
  if (order.deliveryUrl) one("#act a").href = here(order.deliveryUrl) + (changes ? "#change" : "");
  one("#act a").textContent = text(changes ? "order.change" : "order.pick");
  one("#act a").classList.toggle("quiet", Boolean(changes));
  say(one("#changes"), changesOf(order));
  one("#cancel").hidden = !order.cancellable;
  one("#again").hidden = !isDead(order) || order.shared === true;
  one("#shared").hidden = one("#share").hidden = true;
  one(order.shared ? "#shared" : "#share").hidden = false;
  one("#contents").hidden = order.shared === true;
  one("#way").hidden = renderSteps(one("#steps"), order) === 0;
  one("#live").hidden = order.settled;
  if (first) catalog(order.market).then(renderContact, console.error);
  if (first && !order.shared) {
    renderItems(order);
    offerAgain(order);
  }
  if (!first) one("#news").textContent = `${title}. ${more}`;
  show("found");
}

/** renderThanks thanks for a payment that this tab, or this page, was waiting for. */
function renderThanks(order) {
  const stage = stageOf(order);
  const mine = isPaying(order.orderId);
  one("#earlier").hidden = !mine || !unpaid().earlier;
  if (!order.shared && !isDead(order) && stage === "" && (awaited || mine)) one("#thanks").hidden = false;
  awaited ||= stage !== "";
  if (stage === "") paid(order.orderId);
}

async function start() {
  if (key === "") return show("bad-link");
  offerCancel(key, lookAndFollow);
  offerShare(key);
  offerComplaint(key, lookAndFollow);
  offerPayment(key, lookAndFollow);
  await lookAndFollow();
}

/** lookAndFollow shows the order, and what comes of it: an order that was settled goes on when it is cancelled or complained about. */
async function lookAndFollow() {
  const found = await look();
  if (found === "over" || following) return;
  following = true;
  follow(key, hear, look);
}

window.addEventListener("pageshow", (shown) => shown.persisted && location.reload()); // back from the provider's page
onRetry(start);
await start();
