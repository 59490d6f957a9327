// Something is wrong with what was delivered: what the customer complained about, the answers, and the form for another complaint.

import { complain } from "/assets/js/api.js";
import { make, one, say } from "/assets/js/dom.js";
import { money, moment } from "/assets/js/format.js";
import { base64Of, scaled } from "/assets/js/photos.js";
import { text } from "/assets/js/text.js";

const most = { photos: 4, text: 2000 };
const states = { refunded: "complaint.refunded", "partly-refunded": "complaint.partly-refunded", replaced: "complaint.replaced" }; // the page itself says the others
const refusals = { "too-late": "late", "not-ready": "late", conflict: "another", "limit-reached": "late" };

const form = one("#complain");
const words = one("#complaint-text");
const send = one("#complaint-send");
const bad = one("#complaint-problem"); // it has what it may say
let photos = []; // as canvases, which are their previews too
let key = "";

/** offerComplaint lets the customer complain, and runs then() when the shop has it. */
export function offerComplaint(opens, then) {
  key = opens;
  words.addEventListener("input", count);
  one("#complaint-photos").addEventListener("change", ({ target }) => add(target));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(then);
  });
  count();
}

/** renderComplaints shows the complaints of an order with their answers, and the form while there can be another one. */
export function renderComplaints(order) {
  const { complaints = [], mayComplain, replaces } = order;
  one("#replaces").hidden = !replaces;
  one("#replaces strong").textContent = String(replaces ?? "");
  one("#complaints").hidden = complaints.length === 0 && !mayComplain;
  if (!complaints.some(({ state }) => state === "open")) say(one("#complaint-news"), "");
  one("#complaint-list").replaceChildren(...complaints.map((c) => item(c, order)));
  one("#complaint-offer").hidden = !mayComplain;
  if (!mayComplain) return;
  const { until = "", returnUntil = "" } = mayComplain;
  for (const [kind, time] of [["damaged", until], ["return", returnUntil], ["other", until]]) {
    one(`#complaint-${kind}`).disabled = time === "";
  }
  const last = (ends) => moment(Number(ends) - 1, order.timeZone); // it ends when a day does
  say(one("#complaint-until"), [until && text("complaint.until", { time: last(until) }), returnUntil && text("complaint.return-until", { time: last(returnUntil) })].filter(Boolean).join(" "));
}

function item(c, { currency, timeZone }) {
  const fixed = one("#complaint-list").dataset;
  const decided = states[c.state] ? text(states[c.state], { amount: money(c.amount ?? 0, currency), id: c.replacement ?? 0 }) : fixed[c.state] ?? fixed.open;
  return make("li", { class: "card", "data-state": c.state },
    make("p", {}, make("strong", {}, kindOf(c.kind)), " ", make("span", { class: "fine" }, moment(c.time, timeZone))),
    make("p", { class: "said" }, c.text),
    make("p", { class: "photos" }, ...Array.from({ length: c.photos }, (_, i) => shown(c.number, i + 1))),
    make("p", { class: "decided" }, make("strong", {}, decided)),
    c.answer ? make("p", { class: "said" }, c.answer) : "",
    c.answeredAt ? make("p", { class: "fine" }, text("complaint.answered", { time: moment(c.answeredAt, timeZone) })) : "");
}

const kindOf = (kind) => (document.querySelector(`#complaint-${kind}`) ?? one("#complaint-other")).parentElement.textContent;

function shown(complaint, photo) {
  const src = `/complaints/photo?${new URLSearchParams({ key, complaint, photo })}`;
  return make("a", { href: src, target: "_blank" }, make("img", { src, alt: text("complaint.photo", { number: photo }), loading: "lazy", width: 96, height: 96 }));
}

function count() {
  one("#complaint-left").textContent = text("complaint.left", { count: most.text - [...words.value].length });
}

/** add takes photos from the customer's device; only their pixels are sent, made smaller. */
async function add(from) {
  say(bad, "");
  for (const file of from.files) {
    if (photos.length === most.photos) {
      refuse(bad.dataset.photos, from);
      break;
    }
    try {
      photos.push(await scaled(file));
    } catch (problem) {
      console.error(problem);
      refuse(text("complaint.no-photo", { name: file.name }), from);
    }
  }
  from.value = "";
  preview();
}

function preview() {
  one("#complaint-previews").replaceChildren(...photos.map((canvas, i) => make("li", {}, canvas,
    make("button", { type: "button", class: "link", "aria-label": text("complaint.remove-photo", { number: i + 1 }), onclick: () => remove(i) }, text("complaint.remove")))));
}

function remove(i) {
  photos.splice(i, 1);
  preview();
  one("#complaint-photos").focus();
}

async function submit(then) {
  if (send.getAttribute("aria-disabled") === "true") return;
  const kind = form.elements.kind.value;
  const wrong = kind === "" ? "noKind" : words.value.trim() === "" ? "noText" : "";
  if (wrong) return refuse(bad.dataset[wrong], kind === "" ? one("#complaint-damaged") : words);
  busy(true);
  try {
    await complain({ key, kind, text: words.value, photos: await Promise.all(photos.map(base64Of)) });
    photos = [];
    form.reset();
    preview();
    count();
    one("#complaint-offer").open = false;
    await then();
    say(one("#complaint-news"), one("#complaint-news").dataset.sent);
  } catch (problem) {
    console.error(problem);
    refuse(problem.kind === "invalid" ? problem.errors.map((e) => e.detail).join(". ") : bad.dataset[refusals[problem.kind] ?? "failed"], send);
  }
  busy(false);
}

function refuse(why, at) {
  say(bad, why);
  at.focus();
  bad.scrollIntoView({ block: "nearest" });
}

/** busy keeps a second click from doing anything, without taking the focus away. */
function busy(is) {
  send.setAttribute("aria-disabled", String(is));
  send.textContent = is ? text("cancel.busy") : send.dataset.words;
}
