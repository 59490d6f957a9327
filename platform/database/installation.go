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
// orders; at level 2, events without personal data. While a process below level 1 runs, new orders get no unique part, since it would
// call partners under other keys; while one below level 2 runs, events keep their personal data, since it would not complete them.
const Level = 2
