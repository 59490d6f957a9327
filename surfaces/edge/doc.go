// Package edge is what both listeners have in common: how the API is made and answers errors, what is around each handler
// (headers, bodies, traces, metrics, logs), and how many orders are admitted.
//
// It guarantees: every error is a problem (RFC 9457); every body is bounded, whole and UTF-8 before a handler sees it; and an
// order that is not admitted costs nothing and leaves nothing.
package edge
