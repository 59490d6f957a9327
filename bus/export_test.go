package bus

// What tests measure against.
const (
	AckWait = ackWait
	Workers = workers
)
