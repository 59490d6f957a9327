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

/** text is the text of a key, with {name} replaced by values.name. A value that ends with a full stop, as p.m. does, ends its sentence too. */
export function text(key, values = {}) {
  return texts[key].replace(/\{(\w+)\}(\.?)/g, (_, name, stop) => (String(values[name]).endsWith(".") ? values[name] : values[name] + stop));
}

/** count is a text that depends on a number: its key ends in the number's plural form. */
export function count(key, n) {
  const form = `${key}.${plural.select(n)}`;
  return text(form in texts ? form : `${key}.other`, { n });
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

/** speakAsMarket gives all pages the language of a market, when neither customer nor browser wants one that there is. */
export function speakAsMarket(wanted) {
  setCookie("market-language", wanted, "/");
  const known = cookie("language") ?? cookie("order-language") ?? navigator.languages.find((tag) => button(tag.split("-")[0]));
  return !known && renewed() !== wanted && renew(wanted);
}

const button = (wanted) => document.querySelector(`[data-part="language-${wanted.toLowerCase()}"]`);

const renewals = "acme.renewed";
const focused = "acme.focus";

/** renewed is the language that this very page was fetched anew for, so that it is not fetched for it again and again. */
export const renewed = () => (recall("session", renewals)?.page === location.href ? recall("session", renewals).language : undefined);

// The server renders the page anew; what was typed is kept by the form. The cookie is read back first: a browser may
// store it later than it asks for the page, and the page came in the old language. One that stores no cookies has
// nothing to gain from a reload.
export function renew(wanted) {
  if (wanted === language || !button(wanted) || !document.cookie.includes(`language=${wanted}`)) return false;
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

export function setCookie(name, value, path, seconds = 31536000) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${name}=${value}; Path=${path}; Max-Age=${seconds}; SameSite=Lax${secure}`;
}

/** cookie is a cookie's value; of two with one name, the one of the longer path, as the server sees it. */
export function cookie(name) {
  return document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
