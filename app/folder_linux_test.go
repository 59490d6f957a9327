package app_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"acme.example/webshop/app"
)

// TestAFolderThatMayNotBeWrittenSaysWhatToDo, whether it exists or would have to be made.
func TestAFolderThatMayNotBeWrittenSaysWhatToDo(t *testing.T) {
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{folder, filepath.Join(folder, "new")} {
		cfg := start(t).config
		cfg.DataDir = dir
		asNobody(t, func() {
			_, err := app.Start(t.Context(), cfg, testLogger(&sharedLog{}))
			if err == nil || !strings.Contains(err.Error(), "make the folder "+dir+" writable for the shop's user") || !strings.Contains(err.Error(), "--data-dir") {
				t.Errorf("started: %v", err)
			}
		})
	}
}

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
