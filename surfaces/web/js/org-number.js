// The number of an organization, such as its tax id: what it is called and how it is written is said by the catalog for each market.

import { one } from "/assets/js/dom.js";
import { inLanguage, text } from "/assets/js/text.js";

/** inMarket is a customer type with the number that the chosen market asks it for; where it cannot order, that of another. */
export function inMarket(type, shop) {
  const here = shop.marketDetails.find(({ market }) => market === shop.market)?.customerTypes.find(({ name }) => name === type.name);
  return here ? { ...type, orgNumber: here.orgNumber } : type;
}

/** renderNumber asks for the number, or hides its field. */
export function renderNumber(form) {
  one("#field-orgNumber").hidden = !form;
  if (!form) return;
  one('label[for="orgNumber"]').textContent = form.label ? inLanguage(form.label) : text("form.orgNumber");
  one("#orgNumber").inputMode = form.pattern ? "text" : "numeric";
  one("#hint-orgNumber").textContent = form.pattern ? own(form) : text("form.orgNumber.hint", { digits: range(form) });
}

const own = ({ hint }) => (hint ? inLanguage(hint) : "");
const range = ({ minDigits, maxDigits }) => (minDigits === maxDigits ? minDigits : `${minDigits}–${maxDigits}`);

/** orgNumberHint is what the number is like, in words. */
export function orgNumberHint(form) {
  if (!form) return text("check.other");
  return form.pattern ? text("check.detail", { hint: own(form) }).trim() : text("check.orgNumber", { digits: range(form) });
}

/** plain is a number as the shop compares it: in capitals, without the spaces and hyphens between its parts. */
const plain = (value) => value.trim().toUpperCase().replace(/(?<=[\p{L}\p{N}&])[\s\p{Pd}]+(?=[\p{L}\p{N}&])/gu, "");

/** fitsNumber reports whether a number has its form. A pattern that the browser cannot read is left to the shop. */
export function fitsNumber({ minDigits, maxDigits, pattern = `[0-9]{${minDigits},${maxDigits}}` }, value) {
  try {
    return new RegExp(`^(?:${pattern})$`, "u").test(plain(value));
  } catch {
    return true;
  }
}
