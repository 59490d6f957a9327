// What every page of the console has: the state of the shop at its top, and who hears of news.

import { call, get } from "./api.js";
import { one, say, settle, make } from "./dom.js";
import { follow } from "./live.js";
import { ago, some } from "./words.js";

const listeners = [];
const title = document.title;
let last = null;
let heardAt = 0;
let skew = 0; // of the shop's clock

/** onNews calls hear with each state of the shop. */
export function onNews(hear) {
  listeners.push(hear);
  if (last) hear(last);
}

/** shopTime is what the shop's clock says. */
export const shopTime = () => Date.now() + skew;

function hear(news) {
  last = news;
  heardAt = Date.now();
  skew = new Date(news.at) - heardAt;
  const worst = news.alerts[0]?.severity ?? "";
  pulse(news.alerts.length > 0 || news.trouble ? "wrong" : news.sure ? "well" : "",
    news.alerts.length > 0 ? `${some(news.alerts.length, "alert")}, ${worst}` : news.trouble ? "No look at the database" : news.sure ? "All is well" : "Not known yet");
  document.title = news.alerts.length > 0 ? `(${news.alerts.length}) ${title}` : title;
  say(one("#parked"), news.parked === null ? "?" : news.parked > 0 ? String(news.parked) : "");
  const failing = news.partners.filter((p) => p.failing).length;
  say(one("#failing"), failing > 0 ? String(failing) : "");
  for (const tell of listeners) tell(news);
}

function lost(error) {
  const seen = heardAt ? ` · what you see is from ${ago(heardAt)}` : "";
  pulse("lost", `${error.name === "AbortError" ? "The shop says nothing." : error.message} Trying again${seen}`);
}

function pulse(state, text) {
  const place = one("#pulse");
  place.dataset.state = state;
  settle(place, [state, text], () => [make("a", { href: "/console" }, text)]);
}

/** who shows the name of the operator, and offers to log out. */
async function who() {
  const { name, session } = await get("/session");
  if (session) say(one("#operator"), `Log out ${name}`);
}

one("#operator").addEventListener("click", async () => {
  await call("/logout", { method: "POST" });
  location.assign("/login");
});
one("#zone").textContent = Intl.DateTimeFormat().resolvedOptions().timeZone;
who().catch(lost);
follow("/console/live", hear, lost);
