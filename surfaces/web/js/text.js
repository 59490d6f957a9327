// The page's texts. The server wrote the fixed ones; these are for what scripts say. One language for the page's whole life.

import { drop, keep, recall } from "/assets/js/memory.js";

/** language is the page's language. */
export const language = document.documentElement.lang;

const texts = await load(document.documentElement.dataset.texts);
const plural = new Intl.PluralRules(language);

async function load(address) {
  try {
    const answer = await fetch(address);
    if (answer.ok) return await answer.json();
    throw new Error(`${address}: ${answer.status}`);
  } catch (cause) {
    document.getElementById("trouble").hidden = false; // its text came with the page
    throw cause;
  }
}

/** text is the text of a key, with {name} replaced by values.name. */
export function text(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** count is a text that depends on a number: its key ends in the number's plural form. */
export function count(key, n) {
  return text(`${key}.${plural.select(n) === "one" ? "one" : "other"}`, { n });
}

/** inLanguage picks from a text in several languages, as the catalog has them. */
export function inLanguage(versions) {
  return versions[language] ?? versions.en ?? Object.values(versions)[0];
}

/** speak switches the language for good, because the customer said so. */
export function speak(wanted) {
  setCookie("language", wanted, "/");
  renew(wanted);
}

/**
 * speakAs gives the pages under a path the language of a market, unless the customer has switched. The rule itself is the
 * server's (choose in web/negotiate.go); here it is only told the market's language. It reports whether the page is
 * fetched anew.
 */
export function speakAs(wanted, path = "/") {
  setCookie("market-language", wanted, path);
  return cookie("language") === undefined && renewed() !== wanted && renew(wanted);
}

const renewals = "acme.renewed";
const focused = "acme.focus";

/** renewed is the language that this very page was fetched anew for, so that it is not fetched for it again and again. */
const renewed = () => (recall("session", renewals)?.page === location.href ? recall("session", renewals).language : undefined);

// The server renders the page anew; what was typed is kept by the form. The cookie is read back first: a browser may
// store it later than it asks for the page, and the page came in the old language. One that stores no cookies has
// nothing to gain from a reload.
function renew(wanted) {
  const offered = document.querySelector(`button[data-language="${wanted}"]`);
  if (wanted === language || !offered || ![cookie("language"), cookie("market-language")].includes(wanted)) return false;
  keep("session", renewals, { page: location.href, language: wanted });
  keep("session", focused, document.activeElement?.dataset.part);
  location.reload();
  return true;
}

/** refocus gives the focus back to what had it before the page was fetched in another language, when it is there again. */
export function refocus() {
  const part = document.querySelector(`[data-part="${recall("session", focused)}"]`);
  if (!part) return;
  part.focus();
  drop("session", focused);
}

function setCookie(name, value, path) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=${path}; Max-Age=31536000; SameSite=Lax${secure}`;
}

/** cookie is a cookie's value; of two with one name, the one of the longer path, as the server sees it. */
function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
