// What the browser keeps for the shop: "local" outlives the window and is seen by all tabs, "session" is this tab's own.
// Where the browser refuses to keep anything (private windows, full disk), the page's own memory serves as long as it is open.

const stores = { local: "localStorage", session: "sessionStorage" };
const pageOnly = new Map();

/** keeps reports whether the browser keeps anything for the shop beyond this page. */
export function keeps() {
  try {
    window.localStorage.setItem("acme.probe", "1");
    window.localStorage.removeItem("acme.probe");
    return true;
  } catch {
    return false;
  }
}

/** recall returns what was kept under a name, or undefined. */
export function recall(where, name) {
  if (pageOnly.has(name)) return pageOnly.get(name);
  try {
    return JSON.parse(window[stores[where]].getItem(name)) ?? undefined;
  } catch {
    return undefined; // refused, or not ours: the same as never kept
  }
}

/** keep keeps a value under a name. */
export function keep(where, name, value) {
  try {
    window[stores[where]].setItem(name, JSON.stringify(value));
    pageOnly.delete(name);
  } catch {
    pageOnly.set(name, value);
  }
}

/** drop forgets a name. */
export function drop(where, name) {
  pageOnly.delete(name);
  try {
    window[stores[where]].removeItem(name);
  } catch {
    // refused: then it was never kept there
  }
}
