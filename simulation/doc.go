// Package simulation runs the shop on ground that it holds in its hands: the real services, dispatcher, relay and
// watchdog on a clock that stands still until it is told to go on, with a bus and partners that drop, delay, double,
// reorder, refuse and forget to answer, and with lives that end at any step. It has tests only.
//
// It guarantees: a seed decides all of a run. Each call of a store or a partner parks its goroutine, and one scheduler
// picks what happens next, so that the same seed gives the same run, and a failure is repeated with one line.
package simulation
