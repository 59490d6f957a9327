// Runs Lighthouse on each page of the shop that lighthouse.sh has started, and prints the scores. It exits with 1 when
// one is under 95.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const least = 95;
const { WORK: work } = process.env;
const flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";
const categories = ["performance", "accessibility", "best-practices", "seo"];

/** until asks again and again until there is an answer, for at most half a minute. */
async function until(what, ask) {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((done) => setTimeout(done, 200))) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`not within half a minute: ${what}`);
}

const greeting = () => /Shop +(http:\S+)/.exec(existsSync(`${work}/log`) ? readFileSync(`${work}/log`, "utf8") : "")?.[1];

/** order makes an order, and returns the links to its pages once its delivery time can be picked. */
async function order(shop) {
  const draft = { name: "Ann Buyer", email: "ann@example.com", phone: "+1 212 555 0100", street: "12 Elm Street", city: "Springfield",
    customerType: "B2C", market: "US", products: "BB001,LB001", totalPrice: 30000 };
  const made = await (await fetch(`${shop}/createOrder`, { method: "POST", body: JSON.stringify(draft), headers: { "Content-Type": "application/json" } })).json();
  const key = new URL(made.trackingUrl).search;
  const deliveryUrl = await until("the order is ready", async () => (await (await fetch(`${shop}/trackOrder${key}`)).json()).deliveryUrl);
  return { track: `/order${key}`, deliver: new URL(deliveryUrl).pathname + new URL(deliveryUrl).search };
}

/** scores of a page, 0 to 100. A page of one customer asks not to be found, so finding it is not asked about. */
function scores(address, isPrivate) {
  const skipped = isPrivate ? ["--skip-audits=is-crawlable,http-status-code"] : [];
  execFileSync("node_modules/.lighthouse/node_modules/.bin/lighthouse", [address, "--quiet", "--output=json", `--output-path=${work}/report.json`,
    `--only-categories=${categories}`, `--chrome-flags=${flags} --user-data-dir=${work}/profile`, "--ignore-status-code", ...skipped], { stdio: ["ignore", "ignore", "inherit"] });
  const report = JSON.parse(readFileSync(`${work}/report.json`, "utf8"));
  const under = Object.values(report.audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative");
  return { numbers: categories.map((name) => Math.round(100 * report.categories[name].score)), under: under.map(({ id }) => id) };
}

const shop = await until("the shop is ready", greeting);
const { track, deliver } = await order(shop);
const pages = [["home", "/"], ["cart", "/cart"], ["delivery", deliver, true], ["success", "/success", true], ["order", track, true], ["404", "/nowhere", true]];
console.log(["page", ...categories].map((name) => name.padEnd(15)).join(""));
for (const [name, path, isPrivate] of pages) {
  const { numbers, under } = scores(shop + path, isPrivate);
  console.log([name, ...numbers].map((cell) => String(cell).padEnd(15)).join("") + (under.length > 0 ? `  (${under.join(", ")})` : ""));
  if (Math.min(...numbers) < least) process.exitCode = 1;
}
