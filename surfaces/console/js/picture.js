// The pipeline as a picture: events, who hears them, and what moves between them.

import { draw, settle } from "./dom.js";
import { layout, path, routes } from "./layout.js";
import { rate, some } from "./words.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const speed = 70; // pixels a second
const letter = 8.2; // pixels that a letter of a name takes, about

/** picture draws the pipeline in a place, and returns what shows the state of the shop in it. */
export function picture(place, shape) {
  let parts = {};
  let last = null;
  let drawn = 0;
  const redraw = () => {
    const width = Math.round(place.clientWidth);
    if (width === drawn || width === 0) return;
    drawn = width;
    parts = drawAll(place, shape, width);
    if (last) show(parts, shape, last);
  };
  new ResizeObserver(redraw).observe(place);
  still.addEventListener("change", () => last && show(parts, shape, last));
  redraw();
  return (news) => {
    last = news;
    show(parts, shape, news);
  };
}

function drawAll(place, shape, width) {
  const places = routes(layout(shape, width));
  const parts = { events: {}, cards: {}, edges: [] };
  const svg = draw("svg", { viewBox: `0 0 ${width} ${places.height}`, width, height: places.height, role: "group", "aria-label": "The pipeline" });
  svg.append(draw("defs", {}, tip("tip", 8), tip("main-tip", 5)));
  for (const edge of places.edges) {
    const line = draw("path", { d: path(edge.points), class: edge.to ? "edge main" : "edge", "marker-end": edge.to ? "url(#main-tip)" : "url(#tip)" });
    const dots = draw("g", { class: "dots" });
    parts.edges.push({ ...edge, d: path(edge.points), dots, length: lengthOf(edge.points) });
    svg.append(line, dots);
  }
  for (const event of shape.events) {
    svg.append(parts.events[event.type] = box("g", { class: "event", role: "img" }, places.events[event.type], 20, event.type));
    for (const s of event.subscribers) svg.append(parts.cards[s.name] = box("a", { class: "step" }, places.cards[s.name], 12, s.service));
  }
  place.replaceChildren(svg);
  return parts;
}

const tip = (id, size) => draw("marker", { id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: size, markerHeight: size, orient: "auto" },
  draw("path", { d: "M0 0L8 4L0 8z", class: id }));

function box(tag, attributes, at, radius, title) {
  return draw(tag, attributes,
    draw("rect", { x: at.x, y: at.y, width: at.width, height: at.height, rx: radius }),
    draw("text", { x: at.x + 14, y: at.y + 24, class: "name", ...fitting(title, at.width - 28) }, title), " ", // a blank between words, for who reads them aloud
    draw("text", { x: at.x + 14, y: at.y + 44, class: "more" }), " ",
    draw("text", { x: at.x + at.width - 12, y: at.y + 24, class: "rate", "text-anchor": "end" }));
}

/** fitting squeezes a name that is longer than a width. */
const fitting = (name, width) => (name.length * letter > width ? { textLength: width, lengthAdjust: "spacingAndGlyphs" } : {});

const lengthOf = (points) => points.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - points[i][0], y - points[i][1]), 0);

/** worst is the class of a step: what is wrong at it. */
export const worst = (step) => (step.unknown ? "unknown" : step.parked > 0 || step.late ? "bad" : step.failing > 0 ? "warn" : step.waiting > 0 ? "busy" : "rest");

/** standing says in words how a step is. */
export function standing({ waiting, failing, parked, late, unknown }) {
  if (unknown) return "unknown";
  const words = [];
  if (parked > 0) words.push(some(parked, "dead letter"));
  if (failing > 0) words.push(failing === waiting ? `${failing} fail${failing === 1 ? "s" : ""}` : `${waiting} wait, ${failing} fail`);
  else if (waiting > 0) words.push(`${waiting} wait${waiting === 1 ? "s" : ""}`);
  if (late) words.push("late");
  return words.join(" · ") || "nothing waits";
}

function show(parts, shape, news) {
  const { rates, steps } = news; // null: unknown
  const none = { rate: steps ? 0 : null, waiting: 0, failing: 0, parked: 0, unknown: !steps };
  for (const event of shape.events) {
    const group = parts.events[event.type];
    const often = rate(rates ? rates[event.type] ?? 0 : null);
    write(group, "", often, `${event.type}: ${often}`);
    for (const s of event.subscribers) step(parts.cards[s.name], s, steps?.[s.name] ?? none);
  }
  for (const edge of parts.edges) {
    flow(edge, steps?.[edge.to ? edge.from : edge.name]?.rate ?? 0);
  }
}

function step(link, subscriber, now) {
  link.setAttribute("class", `step ${worst(now)}`);
  link.setAttribute("href", now.parked > 0 ? `/console/deadletters?subscriber=${subscriber.name}` : `/console/orders?waiting=${subscriber.name}`);
  write(link, standing(now), rate(now.rate), `${subscriber.service} ${standing(now)} ${rate(now.rate)}: ${subscriber.name} ${subscriber.does}`);
}

function write(group, more, often, label) {
  const [, moreText, rateText] = group.querySelectorAll("text");
  if (group.classList.contains("event")) {
    moreText.textContent = often;
  } else {
    moreText.textContent = more;
    rateText.textContent = often;
  }
  group.setAttribute("aria-label", label);
}

/** flow lets dots move along an edge: the more, the more goes through. Who wants no motion sees the rates only. */
function flow(edge, often) {
  const dots = still.matches || !(often > 0) ? 0 : Math.max(1, Math.min(6, Math.round(often * 2)));
  settle(edge.dots, dots, () => Array.from({ length: dots }, (_, i) => {
    const takes = Math.max(0.8, edge.length / speed);
    return draw("circle", { r: 3.5 }, draw("animateMotion", { path: edge.d, dur: `${takes}s`, begin: `${-(takes * i) / dots}s`, repeatCount: "indefinite" }));
  }));
}
