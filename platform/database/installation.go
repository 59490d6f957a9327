package database

import "math"

// SpareNumbers is how many order numbers are skipped after a restore or a failover: the numbers of lost orders, which
// customers and partners may still know.
const SpareNumbers = 1_000_000

// FirstAfter returns the number of the next order when orders up to highest are known and later ones may be lost. Near
// the last number, fewer are skipped.
func FirstAfter(highest int64) int64 {
	return highest + 1 + min(SpareNumbers, (math.MaxInt32-highest)/2)
}

// Moved reports that a database was restored or another server took over. Its newest orders may be lost.
type Moved struct {
	Was, Is string
	First   int64 // number of the next order
}

// Level is what else this program can read of stored data, besides the form of the rules: at level 1, the unique parts of
// orders. While a process below that level runs, new orders get none, since it would call partners under other keys.
const Level = 1
