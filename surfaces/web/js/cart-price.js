// The price of the cart, with all that makes it: on the page, and for the order. The shop makes it; the page shows the
// newest one or says that there is none, and orders at no other price than the customer has seen.

import { Problem, unfit } from "/assets/js/api.js";
import { includedIn, renderBill } from "/assets/js/bill.js";
import { linesOf, onLine, piecesOf, renderLines } from "/assets/js/cart-lines.js";
import { applied, codes, newsOf, onCodes, renderCodes } from "/assets/js/codes.js";
import { one, say } from "/assets/js/dom.js";
import { money } from "/assets/js/format.js";
import { address, segment, wordsFor } from "/assets/js/order-form.js";
import { again, price, settled, want } from "/assets/js/quote.js";
import { text } from "/assets/js/text.js";

const section = one("#priced");
const none = { lines: [], offers: [], charges: [], taxes: [], codes: [] };
let shown = none; // the newest answer that was on the page
let news; // what the customer changed, to be said with the new total

const totalOf = ({ total, currency }) => money(total, currency);

/** cartOf is what the shop is asked the price of. Who buys matters to codes only, of which each customer has so many. */
function cartOf(shop) {
  const given = shop.codes ? codes() : [];
  const cart = { market: shop.market, ...segment(), products: piecesOf(linesOf(shop)), codes: given };
  return given.length > 0 ? { ...cart, email: address() } : cart;
}

/** renderPrice asks for the price where it may have changed, and shows what is known of it. */
export function renderPrice(shop) {
  want(cartOf(shop));
  const { answer, problem } = price();
  if (answer) shown = answer;
  const quote = shown.currency === shop.currency ? shown : none; // an old one keeps its place, unseen
  section.dataset.price = answer ? "known" : problem ? "unknown" : "asking";
  section.setAttribute("aria-busy", String(!answer && !problem));
  renderLines(shop, quote);
  renderCodes(shop.codes, answer);
  renderBill(one("#bill"), quote);
  say(one("#included"), includedIn(quote));
  one("#total").textContent = answer ? totalOf(answer) : problem ? "–" : "…";
  one("#submit-total").textContent = answer ? totalOf(answer) : "";
  renderProblem(problem);
  if (answer) tellNews(answer);
}

function renderProblem(problem) {
  const words = problem?.kind === "sold-out" ? text("problem.sold-out") : problem?.errors?.length > 0 ? wordsFor(problem.errors).map((error) => error.text).join(" ") : text("problem.price");
  say(one("#no-price-words"), problem ? words : "");
  one("#no-price").hidden = !problem;
  one("#ask-again").hidden = Boolean(problem) && unfit(problem);
}

function tellNews(quote) {
  if (news) one("#cart-status").textContent = news(totalOf(quote), quote);
  news = undefined;
}

/** keepNews keeps what is to be said with the next price; what changes no price is said at once. */
function keepNews(words) {
  news = words;
  if (price().answer) tellNews(price().answer);
}

/** agreed is what the order form orders, at the price on the page. None, one not seen yet and a new one are problems. */
export async function agreed(shop) {
  const before = shown;
  const cart = cartOf(shop);
  want(cart);
  if (price().problem) again();
  const { answer, problem } = await settled();
  if (!answer) throw unfit(problem) ? problem : new Problem("no-price");
  if (before === none) throw new Problem("first-price");
  if (answer.total !== before.total || answer.currency !== before.currency) throw new Problem("new-price");
  const used = applied(answer);
  return { products: cart.products, totalPrice: answer.total, currency: answer.currency, ...(used.length > 0 ? { codes: used } : {}) };
}

/** renewPrice asks the same once more, because the shop did not take the price that it told. */
export const renewPrice = (shop) => {
  want(cartOf(shop));
  return again();
};

/** onPriceNews runs then() when the customer changed what the price depends on, beside the cart. */
export function onPriceNews(then) {
  onLine(keepNews);
  onCodes((code) => {
    keepNews((total, quote) => text("code.news", { news: newsOf(code, quote), total }));
    then();
  });
  one("#ask-again").addEventListener("click", () => {
    again();
    then();
  });
}
