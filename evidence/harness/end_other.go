//go:build !linux

package harness

import "os/exec"

// endWithUs works on Linux only.
func endWithUs(*exec.Cmd) {}
