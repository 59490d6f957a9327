package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// asNobody runs a function without root's rights, which override file modes, on a thread of its own that ends afterwards.
func asNobody(t *testing.T, run func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if os.Getuid() == 0 {
			runtime.LockOSThread() // never unlocked, so that the thread ends
			const nobody = 65534
			if _, _, errno := syscall.RawSyscall(syscall.SYS_SETFSUID, nobody, 0, 0); errno != 0 {
				t.Error(errno)
				return
			}
		}
		run()
	}()
	<-done
}

func TestAFileThatMayNotBeWritten(t *testing.T) {
	for name, c := range map[string]struct{ folder, file os.FileMode }{
		"the file":   {0o777, 0o444},
		"the folder": {0o555, 0o666},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := openBench(t)
			b.fill(3)
			b.close()
			folder := filepath.Dir(b.path)
			err := errors.Join(os.Chmod(filepath.Dir(folder), 0o755), os.Chmod(folder, c.folder), os.Chmod(b.path, c.file))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(folder, 0o700) }) // so that it can be removed
			asNobody(t, func() { b.refusedAtStart(ReadOnly) })
			if err := os.Chmod(folder, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(b.path, 0o666); err != nil {
				t.Fatal(err)
			}
			asNobody(t, func() {
				store, err := Open(b.Context(), b.path, time.Now)
				if err != nil {
					t.Errorf("once it may be written: %v", err)
					return
				}
				b.Store = store
			})
		})
	}
}
