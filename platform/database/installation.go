package database

import "math"

// SpareNumbers is how many order numbers are left out after a restore, and after another server has taken over: those of
// orders that were made since, and that customers and partners may still know.
const SpareNumbers = 1_000_000

// FirstAfter returns the number of the next order when orders up to a number are known and later ones may be lost. Near
// the last number, fewer are left out.
func FirstAfter(highest int64) int64 {
	return highest + 1 + min(SpareNumbers, (math.MaxInt32-highest)/2)
}

// Moved tells that a database is not where it was: it was restored, or another server took over. Its newest orders may
// have been lost.
type Moved struct {
	Was, Is string
	First   int64 // number of the next order
}

// Level is what this program knows of stored data besides the form of the rules: at level 1, that orders have unique
// parts. As long as a living process is below that, new orders get none: it would ask partners under other keys.
const Level = 1
