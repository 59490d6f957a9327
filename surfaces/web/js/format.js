// Money, days and hours as people write them.

import { text } from "/assets/js/text.js";

const locale = text("language.locale");

/** money writes an amount in minor units with the code of its currency: both of ours are written with "$". */
export function money(minor, currency) {
  const shape = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol", trailingZeroDisplay: "stripIfInteger" });
  return `${shape.format(minor / 10 ** shape.resolvedOptions().maximumFractionDigits)}\u00a0${currency}`;
}

/** day writes the day of a time in a zone. Its number does not stand alone at the end or the start of a line. */
export function day(ms, timeZone) {
  const words = new Intl.DateTimeFormat(locale, { timeZone, weekday: "long", day: "numeric", month: "long" }).format(Number(ms));
  return words.replace(/ (?=\d+$)/, "\u00a0").replace(/(?<=\d) de /, "\u00a0de\u00a0");
}

/** hour writes the hour of a time in a zone. */
export function hour(ms, timeZone) {
  return new Intl.DateTimeFormat(locale, { timeZone, timeStyle: "short" }).format(Number(ms)).replaceAll(" ", "\u00a0");
}

/** span writes the hours of a window in a zone; of one without an end, the hour when it begins. */
export function span(from, until, timeZone) {
  return until ? `${hour(from, timeZone)}–${hour(until, timeZone)}` : hour(from, timeZone);
}

/** moment writes a time shortly, in a zone or the browser's own. */
export function moment(ms, timeZone) {
  return new Intl.DateTimeFormat(locale, { timeZone, day: "numeric", month: "short", hour: "numeric", minute: "2-digit" }).format(Number(ms));
}

/** zone names a time zone. */
export function zone(timeZone) {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "longGeneric" }).formatToParts();
  return parts.find((part) => part.type === "timeZoneName").value;
}

/** country names a market; one that is no country has its own name. */
export function country(market) {
  if (!/^[A-Z]{2}$/.test(market)) return market;
  return new Intl.DisplayNames(locale, { type: "region" }).of(market);
}
