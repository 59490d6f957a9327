// The pages of an order speak the language that the order keeps.

import { cookie, renew, renewed, setCookie } from "/assets/js/text.js";

/**
 * speakAs gives this page the language of its order, unless the customer has switched. The rule itself is the server's (choose in
 * web/negotiate.go); here it is only told the order's language. It reports whether the page is fetched anew.
 */
export function speakAs(wanted) {
  setCookie("order-language", wanted, location.pathname);
  return cookie("language") === undefined && renewed() !== wanted && renew(wanted);
}

/** speakAsViewer gives this page the viewer's own language again: its order is another person's. */
export function speakAsViewer() {
  if (cookie("order-language") === undefined) return false;
  setCookie("order-language", "", location.pathname, 0);
  if (cookie("language") !== undefined || cookie("order-language") !== undefined) return false;
  location.reload();
  return true;
}
