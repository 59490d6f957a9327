// Jobs on many orders: how far they are, stopping one, and what became of each of its orders.

import { act, get } from "./api.js";
import { complain, make, one, settle, unknown } from "./dom.js";
import { onNews } from "./frame.js";
import { sum } from "./jobs.js";
import { sure } from "./sure.js";
import { clock, money, some } from "./words.js";

const wish = new URLSearchParams(location.search);
const actions = { cancel: "Cancel, with money back", "mail-again": "Send the latest mail again" };
const words = { waiting: "to do", begun: "in work", done: "done", refused: "not done", unclear: "unclear" };
let looking = false, ended = false;

async function look() {
  if (looking) return;
  looking = true;
  try {
    render((await get("/bulk")).jobs);
    const id = wish.get("job");
    if (id && !ended) show(await get(`/bulk/jobs/${encodeURIComponent(id)}`));
  } catch (error) {
    unknown(one("#found"), error);
  }
  looking = false;
}

function render(jobs) {
  settle(one("#found"), [jobs.length], () => [jobs.length === 0 ? "No job was started yet." : `The newest jobs: ${jobs.length}.`]);
  settle(one("#list"), jobs, () => jobs.map(item));
}

const title = (j) => `${actions[j.action] ?? j.action}: job ${j.id}`;

const about = (j) => `Started by ${j.by} at ${clock(j.created)}${j.reason ? `, reason ${j.reason}` : ""}${j.ended ? `; ${j.state === "stopped" ? `stopped by ${j.stoppedBy}` : "ended"} at ${clock(j.ended)}` : ""}`;

const progress = (j) => [
  `${some(j.done, "order")} done`, j.refused > 0 && `${j.refused} not done`, j.unclear > 0 && `${j.unclear} unclear`,
  j.waiting > 0 && `${j.waiting} ${j.state === "running" ? "to do" : "left as they are"}`,
].filter(Boolean).join(", ");

const item = (j) => make("li", { class: "card letter", "data-job": j.id },
  make("p", { class: "head" }, make("a", { href: `?job=${encodeURIComponent(j.id)}` }, title(j)), make("span", { class: `chip ${j.state === "running" ? "warn" : j.state === "done" ? "done" : "off"}` }, j.state)),
  make("p", {}, progress(j)), make("p", { class: "fine" }, about(j)));

/** show shows one job with its orders. */
function show(j) {
  ended = j.state !== "running";
  one("#job").hidden = false;
  settle(one("#job-title"), j.id, () => [title(j)]);
  settle(one("#job-about"), [j.state], () => [about(j)]);
  const bar = one("#job-bar");
  bar.max = j.orders.length;
  bar.value = j.orders.length - j.waiting;
  const says = `${progress(j)}.${j.sums.length > 0 ? ` Goes back: ${j.sums.map(sum).join("; ")}.` : ""}`;
  settle(one("#job-says"), says, () => [says]);
  const more = wish.get("more");
  one("#job-further").hidden = !more;
  settle(one("#job-further"), more, () => ["The search had more orders than one job takes. ", make("a", { href: `/console/orders?${more}` }, "Go on with those that are left")]);
  one("#job-stop").hidden = ended;
  settle(one("#job-orders"), j.orders, () => [table(j.orders)]);
}

const table = (orders) => make("table", {}, make("caption", {}, "What became of each order"),
  make("thead", {}, make("tr", {}, ...["Order", "Result", "Goes back", "Why"].map((head, i) => make("th", { scope: "col", class: i === 2 ? "n" : "" }, head)))),
  make("tbody", {}, ...orders.map(row)));

const row = (o) => make("tr", { "data-order": String(o.orderId) },
  make("th", { scope: "row" }, make("a", { href: `/console/orders/${o.orderId}` }, String(o.orderId))), make("td", {}, words[o.state] ?? o.state),
  make("td", { class: "n" }, o.amount ? money(o.amount, o.currency) : ""), make("td", {}, o.why ?? ""));

one("#job-stop").addEventListener("click", async () => {
  const id = wish.get("job");
  const done = await sure({
    title: `Stop job ${id}?`, text: ["The order in work is finished; the others stay as they are. What was done is not undone. It is written down, with your name."], yes: "Stop the job",
  }, () => act("/bulk/stop", { id }));
  if (done) await look();
});

complain(null);
await look();
onNews(look); // each second
