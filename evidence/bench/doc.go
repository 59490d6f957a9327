// Package bench measures how fast a shop is, and how fast it could be on the same machine.
//
// It drives the shop from outside, over HTTP with persistent connections, and reads from the shop's rows when an order
// has ended: it is DELIVERY_BOOKED, and each subscriber of each of its events is done. It shares no code with the shop,
// so that it cannot share its mistakes.
package bench
