// Package harness is what torture and cluster test have in common: the processes they start, and the witness that sees
// what a shop does and outlives it: its customers, its partners and the mail server of its customers, and the judgement
// at the end.
//
// It speaks to processes, over HTTP and by mail only, and shares no code with the shop, so that it cannot share a mistake
// with it. What it believes is what it saw itself: an order counts as acknowledged when its client read a whole answer
// with status 200.
package harness
