// Package edge is the common part of both listeners: the API and its errors, the middleware (headers, bodies, traces,
// metrics, logs), and the admission of orders.
//
// It guarantees: every error is a problem (RFC 9457); every body is bounded, complete and UTF-8 before a handler sees it;
// and an order that is not admitted costs nothing and leaves nothing.
package edge
