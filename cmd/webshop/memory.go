package main

import (
	"cmp"
	"os"
	"runtime/debug"
)

const (
	// softMemory is what the garbage collector works harder to stay under. The process takes some 50 MB more: its program,
	// and SQLite's pages.
	softMemory = 160 << 20
	// laxGC is how much may be allocated between two collections, in percent of what is in use: twice Go's own, for a
	// processor that has a tenth less to do.
	laxGC = 200
)

// boundMemory sets how the shop uses memory, unless who starts it says so (GOGC, GOMEMLIMIT).
func boundMemory() {
	if cmp.Or(os.Getenv("GOGC"), os.Getenv("GOMEMLIMIT")) == "" {
		debug.SetGCPercent(laxGC)
		debug.SetMemoryLimit(softMemory)
	}
}
