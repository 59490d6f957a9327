//go:build !unix

package bench

// ownCPU is not measured on this system.
func ownCPU() float64 { return 0 }
