//go:build crashpoints

package crash

import (
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// Built reports whether this build has the points.
const Built = true

var (
	armed, nth = parse(os.Getenv("WEBSHOP_CRASH"))
	passed     atomic.Int64
)

func parse(setting string) (name string, nth int64) {
	name, count, _ := strings.Cut(setting, ":")
	nth, err := strconv.ParseInt(count, 10, 64)
	if err != nil {
		nth = 1
	}
	return name, nth
}

// At is a point that the process passes. At the armed one it dies on the nth pass, as by a pulled plug: no deferred call
// runs, nothing is flushed.
func At(name string) {
	if name != armed || passed.Add(1) != nth {
		return
	}
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill()
	}
	select {} // no further step until the signal arrives
}

// signals cause the faults that On names.
var signals = map[string]os.Signal{"bus-wiped": syscall.SIGUSR2}

// On names a fault that can be caused from outside, by its signal.
func On(fault string, cause func()) {
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, signals[fault])
	go func() {
		for range arrived {
			cause()
		}
	}()
}
