// Package growth measures what a shop costs as it grows: the processor time of each of its processes, what more copies of
// a service bring, and what many stored orders change. It has tests only; "make growth" runs all of it, and prints the
// tables of docs/scale.md. Without the flag it runs a shop of many processes briefly.
package growth
