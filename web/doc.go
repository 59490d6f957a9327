// Package web is the shop that customers see: its pages, their style, scripts, texts and drawings, embedded in the
// binary and served as they are, without a build step.
//
// It guarantees:
//   - A page is whole without a request to anyone else: no other host, no inline script or style, and a
//     Content-Security-Policy that would refuse them.
//   - An asset's name holds the hash of what it says (and of all that it refers to), so it is cached for ever and is
//     never stale. Pages are asked for again each time, and answered with 304 while they are the same.
//   - Every page exists in every language. The language is what the customer switched to, else the market's, else the
//     browser's, else English: the rule is choose.
//   - No Referer leaves a page, because the addresses of two of them hold the keys to an order.
//   - Nothing here changes after Handler returned, so a request takes no lock.
//
// References to assets, in pages, scripts and styles alike, are quoted literals "/assets/…": that is what is found
// and replaced by the hashed name when the shop starts. A test fails on one that leads nowhere.
package web
