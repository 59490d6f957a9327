// Package simulation runs the real services, dispatcher, relay and watchdog on a simulated clock, with a bus and partners
// that lose, delay, double, reorder and refuse, and with processes that end at any step. It contains tests only.
//
// It guarantees: a seed determines the whole run. Each call of a store or a partner parks its goroutine, and one
// scheduler picks what happens next, so that the same seed gives the same run, and one line repeats a failure.
package simulation
