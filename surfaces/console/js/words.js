// Times, amounts and numbers as people read them.

const numbers = new Intl.NumberFormat("en-US");

/** count writes a whole number. */
export const count = (n) => numbers.format(n);

/** some counts things in words. */
export const some = (n, thing) => `${count(n)} ${thing}${n === 1 ? "" : "s"}`;

/** rate writes how often something happens; null is unknown. */
export function rate(perSecond) {
  if (perSecond === null) return "?";
  if (!(perSecond > 0)) return "0/s";
  return `${perSecond >= 10 ? Math.round(perSecond) : Math.max(perSecond, 0.1).toFixed(1)}/s`;
}

/** money writes an amount in minor units. */
export function money(minor, currency) {
  const shape = new Intl.NumberFormat("en-US", { style: "currency", currency, currencyDisplay: "code" });
  return shape.format(minor / 10 ** shape.resolvedOptions().maximumFractionDigits);
}

/** minor reads an amount that someone typed, in minor units, with or without commas between thousands; null if it is none. */
export function minor(text, currency) {
  const digits = new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  const [, whole, part = ""] = /^(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d+))?$/.exec(text.trim()) ?? [];
  return whole === undefined || part.length > digits ? null : Number(whole.replaceAll(",", "") + part.padEnd(digits, "0"));
}

/** span writes how long something takes, in seconds. */
export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return `${s} s`;
  if (s < 90 * 60) return `${Math.round(s / 60)} min`;
  if (s < 36 * 3600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} days`;
}

/** ago writes how long ago a time is, by the shop's clock. */
export const ago = (time, now = Date.now()) => `${span((now - new Date(time)) / 1000)} ago`;

/** clock writes a time, to the millisecond where it matters. */
export function clock(time, exact = false) {
  const at = new Date(time);
  const two = (n) => String(n).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const hour = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return exact ? `${day} ${hour}.${String(at.getMilliseconds()).padStart(3, "0")}` : `${day} ${hour}`;
}

/** hour writes the time of a day, to the millisecond. */
export const hour = (time) => clock(time, true).slice(11);

/** slot writes a delivery window in a zone; of one without an end, when it begins. */
export function slot(from, until, timeZone) {
  const words = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return until ? words.formatRange(Number(from), Number(until)) : words.format(Number(from));
}

/** cancelReasons say in words why an order is cancelled. */
export const cancelReasons = [
  ["", "Choose a reason"], ["operator", "The shop cannot deliver it"], ["customer", "The customer asked for it"], ["out-of-stock", "Something is out of stock"], ["organization-unverified", "The business could not be verified"],
];

/** titles say in words what an operator did. */
export const titles = {
  replay: "Replayed", "replay-all": "Replayed all", discard: "Discarded", cancel: "Cancelled by an operator", "update-status": "Status changed by hand",
  approve: "Approved", refuse: "Refused", "ask-stockist": "Stockist asked again", place: "Placed by hand", "book-delivery": "Delivery booked by hand", "move-delivery": "Delivery changed by hand", "report-delivery": "Delivery reported", "simulate-delivery": "Delivery simulated", knobs: "Knobs turned", "simulate-payment": "Payment simulated",
  "mail-by-hand": "Mail sent by hand", "book-by-hand": "Booked by hand", refund: "Refund asked for", "approve-refund": "Refund approved", "refuse-refund": "Refund not made",
  "correct-order": "Corrected", "mail-again": "Mail sent again", note: "Note", "renew-link": "Links renewed", "copy-link": "Link copied", "start-job": "Job on many orders started", "stop-job": "Job on many orders stopped",
  "export-person": "Personal data handed over", "erase-person": "Personal data erased",
  "activate-rules": "Rules activated", "rollback-rules": "Rules rolled back",
};

/** title is what an operator did; what was refused says so. */
export function title(what) {
  const refused = what.endsWith(" refused");
  const name = refused ? what.slice(0, -" refused".length) : what;
  return refused ? `${titles[name] ?? name}: refused` : titles[name] ?? name;
}

/** tone is the colour of a status: final ones are good or bad, and one in which money is open wants attention. */
export function tone(status, final) {
  if (final) return ["DELIVERY_BOOKED", "DELIVERED"].includes(status) ? "done" : "off";
  return ["PAYMENT_PENDING", "DELIVERY_FAILED"].includes(status) ? "warn" : "";
}
