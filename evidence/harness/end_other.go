//go:build !linux

package harness

import "os/exec"

// endWithUs can be had on Linux only.
func endWithUs(*exec.Cmd) {}
