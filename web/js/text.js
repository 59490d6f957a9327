// The page's texts. The server wrote the fixed ones; these are for what scripts say. One language for the page's whole life.

import { keep, recall } from "/assets/js/memory.js";

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

/** speak changes the language for good, because the customer said so. */
export function speak(wanted) {
  keep("local", "acme.language", wanted);
  turn(wanted);
}

/** suggest changes the language unless the customer has chosen one. */
export function suggest(wanted) {
  if (recall("local", "acme.language") === undefined) turn(wanted);
}

// The server reads the cookie and renders the page anew; what was typed is kept by the form. The cookie is read back
// first: a browser may store it later than it asks for the page, and the page came in the old language. One that stores
// no cookies has nothing to gain from a reload.
function turn(wanted) {
  if (wanted === language) return;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `language=${wanted}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  if (document.cookie.split("; ").includes(`language=${wanted}`)) location.reload();
}
