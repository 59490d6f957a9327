// The cart and the order: the page puts its parts together here.

import "/assets/js/frame.js";
import { unfit } from "/assets/js/api.js";
import { abandon, decide, isOpen, mayLetGo, outdated, place, undecided } from "/assets/js/attempt.js";
import { isDestination } from "/assets/js/address.js";
import { empty, onChange, pieces } from "/assets/js/cart.js";
import { linesOf, piecesOf, sweep } from "/assets/js/cart-lines.js";
import { agreed, onPriceNews, renderPrice, renewPrice } from "/assets/js/cart-price.js";
import { forgetCodes } from "/assets/js/codes.js";
import { here, one, say, show } from "/assets/js/dom.js";
import { renderEarliest } from "/assets/js/earliest.js";
import { moment } from "/assets/js/format.js";
import { choose, loadCatalog } from "/assets/js/market.js";
import { keep } from "/assets/js/memory.js";
import { answers, check, chooseType, chosenMarket, forgetTyping, forgive, mark, rememberTyping, renderDelivery, renderForm, renderPayment, restore, wordsFor } from "/assets/js/order-form.js";
import { leaveToPay, remind } from "/assets/js/paying.js";
import { onPrice, price } from "/assets/js/quote.js";
import { refocus, text } from "/assets/js/text.js";

const form = one("#order");
const unanswered = { "unreachable": "problem.unreachable", "payment-in-doubt": "problem.in-doubt", "in-progress": "problem.in-progress" };
const ofPrice = new Set(["totalPrice", "currency", "products", "codes", "paymentMethod"]); // a problem with one of them means that the rules have changed
let shop; // the catalog that the page shows
let reloaded = false; // the catalog was, because the shop did not take the last question
let busy = false; // an order is on its way

function render() {
  if (!shop || busy) return;
  if (pieces() === 0 && !undecided()) return show("empty");
  if (linesOf(shop).length > 0) renderPrice(shop);
  renderPayment(shop, price().answer);
  renderDelivery(price().answer);
  one("#submit-label").textContent = text("form.submit");
  renderEarliest(shop.market, linesOf(shop).map(({ product }) => product.sku).join(","));
  return show("filled");
}

async function load() {
  let gone;
  try {
    const catalog = await loadCatalog();
    gone = sweep(catalog);
    shop = catalog;
  } catch (problem) {
    console.error(problem);
    return show("unreachable");
  }
  say(one("#cart-notice"), gone ? text("cart.gone") : "");
  const elsewhere = renderForm(shop);
  if (!elsewhere) return render();
  choose(elsewhere);
  return load();
}

/** priced shows a new price. When the shop does not take the question, the catalog has changed: once, it is fetched anew. */
function priced({ answer, problem }) {
  const stale = !reloaded && ((problem && unfit(problem)) || (answer && answer.currency !== shop.currency));
  reloaded = stale || Boolean(problem);
  if (stale && !busy) load();
  else render();
}

/** changed follows the customer's choice of market or customer type. */
function changed({ target }) {
  if (target.name === "customerType") chooseType();
  else if (target.name !== "market") return render();
  else choose(chosenMarket());
  load();
}

/**
 * during shows that something is on its way, and what it waits for, and lets nothing else start. After success, the next
 * page takes over.
 */
async function during(work, words) {
  setBusy(true);
  offerOrder();
  one("#let-go").hidden = true;
  one("#submit-label").textContent = text("form.sending");
  one("#submit-total").textContent = "";
  tell(words);
  const slow = setTimeout(() => tell(text("form.slow")), 4000);
  const doubt = ({ kind }) => {
    if (kind !== "payment-in-doubt") return;
    clearTimeout(slow);
    tell(text("form.waiting"));
  };
  try {
    arrive(await work(doubt));
  } catch (problem) {
    await explain(problem);
    setBusy(false);
    tell("");
    render();
  } finally {
    clearTimeout(slow);
  }
}

const tell = (words) => (one("#progress").textContent = words);

function setBusy(now) {
  busy = now;
  form.setAttribute("aria-busy", String(now));
  one("#submit").setAttribute("aria-disabled", String(now));
}

/** arrive hands the order to the page that comes next. What was put into the cart since then stays in it. */
function arrive(answer) {
  const order = JSON.parse(answer.body);
  if (order.products === piecesOf(linesOf(shop))) empty();
  if (!answer.earlier) {
    forgetTyping();
    forgetCodes();
  }
  const { orderId, amount, currency, trackingUrl, redirectUrl, earlier } = answer;
  keep("session", "acme.placed", { orderId, amount, currency, trackingUrl, earlier, language: order.language, email: order.email });
  if (answer.payment) leaveToPay(answer);
  location.assign(here(redirectUrl));
}

/** offerOrder offers the page of an order whose payment is open, by the link to it; without one, nothing. */
function offerOrder(link = "") {
  if (link) one("#open-order a").href = here(link);
  one("#open-order").hidden = !link;
}

/** unresolved tells of an order that was let go of. */
const unresolved = ({ at }) => text("problem.unresolved", { time: moment(at) });

/** letGo lets go of the undecided order, because its customer says so. */
function letGo() {
  one("#let-go").hidden = true;
  const attempt = abandon();
  if (attempt) tellProblem(unresolved(attempt));
  render();
}

function tellProblem(words) {
  say(one("#order-problem"), words);
  one("#order-problem").focus();
}

/** explain tells what became of the order, as far as it is known. */
async function explain(problem) {
  console.error(problem);
  offerOrder(problem.trackingUrl);
  one("#let-go").hidden = !mayLetGo(problem);
  if (problem.attempt) return tellProblem(unresolved(problem.attempt));
  if (problem.kind === "sold-out") {
    await renew();
    return tellProblem(text("problem.sold-out"));
  }
  if (problem.errors?.length > 0) {
    if (problem.errors.some(({ field }) => ofPrice.has(field))) await renew();
    return mark(wordsFor(problem.errors));
  }
  const other = isOpen(problem) ? "problem.unavailable" : "problem.other";
  const known = { "payment-declined": "problem.declined", "paid-too-late": "problem.too-late", conflict: "problem.conflict", "no-price": "problem.price", "new-price": "problem.new-price", "first-price": "problem.first-price", ...unanswered };
  return tellProblem(text(known[problem.kind] ?? other));
}

/** renew fetches catalog and price anew, because the rules have changed. */
async function renew() {
  await load();
  await renewPrice(shop);
}

function submit(event) {
  event.preventDefault();
  if (busy) return;
  const wrong = check();
  mark(wrong);
  if (wrong.length === 0) during(async (doubt) => place({ ...answers(), ...(await agreed(shop)), testId: 0 }, doubt), text("shop.loading"));
}

/** takeUp finds an order whose answer was lost, by a reload or a closed window, and shows it in the form again. */
function takeUp() {
  const lost = outdated();
  if (lost) say(one("#unresolved"), unresolved(lost));
  const attempt = undecided();
  if (!attempt) return restore();
  const order = JSON.parse(attempt.body);
  choose(order.market);
  restore(order);
  return async (doubt) => ({ ...(await decide(attempt, doubt)), body: attempt.body, earlier: false });
}

form.addEventListener("submit", submit);
form.addEventListener("change", changed);
form.addEventListener("input", forgive);
form.addEventListener("input", ({ target }) => isDestination(target.name) && render()); // what is owed there, and whether we deliver there, is told at once
one("#let-go").addEventListener("click", letGo);
one("#retry").addEventListener("click", load);
onChange(render);
onPrice(priced);
onPriceNews(render);
window.addEventListener("pageshow", (shown) => shown.persisted && location.reload()); // it may have been left busy
rememberTyping();
remind(one("#unpaid"));
const unfinished = takeUp();
await load();
refocus();
if (shop && unfinished) await during(unfinished, text("problem.finding-out"));
