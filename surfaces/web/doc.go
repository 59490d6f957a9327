// Package web contains the shop's pages for customers: their style, scripts, texts and drawings, embedded in the binary and served
// without a build step.
//
// It guarantees:
//   - A page needs no other host and has no inline script or style; its Content-Security-Policy refuses them.
//   - An asset's name contains the hash of its content (and of all that it refers to), so it is cached for ever and never stale.
//     Pages are revalidated each time, and answered with 304 while they are unchanged.
//   - Every page exists in every language: the one that the customer chose, else its order's, else the browser's, else the market's,
//     else English (choose).
//   - No Referer leaves a page, because the addresses of two pages contain the keys to an order.
//   - The page of a plant is as the active rules have it; it works without scripts, but for buying.
//   - Nothing else changes after Handler returns, so a request takes no lock.
//
// References to assets, in pages, scripts and styles, are quoted literals "/assets/…", which are replaced by hashed names when the
// shop starts. A test fails on one that does not exist.
package web
