// Finding and making elements. Text is only ever set as text, so nothing that a customer or a partner says becomes markup.

/** one finds the element that matches; a page without it is broken, and says so. */
export function one(selector, root = document) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

function build(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** make builds an element. A false attribute is left out, a true one is bare, an "on…" one is a listener. */
export const make = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);

/** draw builds an element of a drawing. */
export const draw = (tag, attributes = {}, ...children) => build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** say shows a text in an element that is hidden while it has none. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = text === "";
}

/** settle puts children in place, unless they say the same as those that are there: focus and selection stay. */
export function settle(place, key, build) {
  const text = JSON.stringify(key);
  if (place.dataset.key === text) return;
  place.dataset.key = text;
  place.replaceChildren(...build());
}

/**
 * keyed shows items as children, each made once by build and then kept up by update: what someone is about to press stays
 * where it is.
 */
export function keyed(place, items, keyOf, build, update) {
  const known = new Map([...place.children].map((child) => [child.dataset.is, child]));
  items.forEach((item, i) => {
    const key = keyOf(item);
    const child = known.get(key) ?? build(item);
    child.dataset.is = key;
    update(child, item);
    if (place.children[i] !== child) place.insertBefore(child, place.children[i] ?? null);
  });
  while (place.children.length > items.length) place.lastElementChild.remove();
}

/** write sets a text where it differs. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** unknown shows that the shop could not look, and why: in place of what it would have said, which may be old by now. */
export function unknown(place, error) {
  complain(error);
  settle(place, error.message, () => ["Unknown: the shop could not look. Anything else on this page may be old."]);
}

/** complain shows what went wrong at the top of the page. */
export const complain = (error) => say(one("#problem"), error ? error.message : "");
