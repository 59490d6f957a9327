// Package harness is what torture and cluster test share: the processes that they start, and the witness that observes a
// shop and outlives it: its customers, its partners and its customers' mail server, and the final judgement.
//
// It uses only processes, HTTP and mail, and shares no code with the shop, so that it cannot share its mistakes. It
// believes only what it saw itself: an order is acknowledged if its client read a complete answer with status 200.
package harness
