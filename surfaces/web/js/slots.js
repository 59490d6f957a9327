// The free delivery times, grouped by day in the market's time zone.

import { make } from "/assets/js/dom.js";
import { day, span } from "/assets/js/format.js";

/** renderSlots draws one group of choices for each day. */
export function renderSlots(place, options, timeZone, windows = []) {
  const ends = new Map(windows.map(({ from, until }) => [from, until]));
  const days = new Map();
  for (const ms of options) {
    const name = day(ms, timeZone);
    days.set(name, [...(days.get(name) ?? []), ms]);
  }
  const groups = [...days].map(([name, times]) =>
    make("fieldset", { class: "day" }, make("legend", {}, name),
      make("div", { class: "times" }, ...times.map((ms) => slot(ms, span(ms, ends.get(ms), timeZone))))));
  place.replaceChildren(...groups);
}

function slot(ms, words) {
  return make("label", { class: "slot" }, make("input", { type: "radio", name: "deliveryTime", value: ms }), make("span", {}, words));
}
