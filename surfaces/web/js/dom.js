// Finding and making elements. Text is only ever set as text, so nothing that a customer or a catalog says becomes markup.

/** one finds the element that matches; a page without it is broken, and says so. */
export function one(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** make builds an element. A false attribute is left out, a true one is bare, an "on…" one is a listener. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** arrange makes the elements the only children. Those that stay are not touched, so that a click on them is not lost. */
export function arrange(parent, elements) {
  for (const child of [...parent.children]) if (!elements.includes(child)) child.remove();
  elements.forEach((element, i) => parent.children[i] === element || parent.insertBefore(element, parent.children[i] ?? null));
}

/** say shows a text in an element that is hidden while it has none. */
export function say(element, text) {
  element.textContent = text;
  element.hidden = text === "";
}

/** show makes one view of the page visible and the others not, and takes the reader to its heading. */
export function show(name) {
  const changed = one(`[data-view="${name}"]`).hidden;
  for (const view of document.querySelectorAll("[data-view]")) view.hidden = view.dataset.view !== name;
  if (changed) document.querySelector(`[data-view="${name}"] h1`)?.focus({ preventScroll: true });
}

/** onRetry runs what failed again, from any of the page's "Try again" buttons. */
export function onRetry(again) {
  for (const button of document.querySelectorAll("[data-retry]")) button.addEventListener("click", again);
}

const own = new Map([["/order", "key"], ["/delivery", "order"]]); // pages of the shop, with what opens them

/** here keeps a link to a page of the shop on this very host, whatever name the shop calls itself by. Others stay as they are. */
export function here(link) {
  const { pathname, search, searchParams } = new URL(link, location.href);
  return searchParams.has(own.get(pathname)) ? pathname + search : link;
}
