package sqlite

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestACopyOntoAFullDiskBlamesThatDisk, and not the shop's own file.
func TestACopyOntoAFullDiskBlamesThatDisk(t *testing.T) {
	b := openBench(t)
	b.fill(300)
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=64k"); errors.Is(err, syscall.EPERM) {
		t.Skip("only root may mount a small disk")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	to := filepath.Join(folder, "copy.db")
	_, err := Copy(t.Context(), b.path, to, func(int, int) {})
	trouble, known := errors.AsType[*Trouble](err)
	if !known || trouble.Kind != CopyFull || trouble.Path != to || strings.Contains(trouble.Error(), "running shop") {
		t.Errorf("the copy: %v", err)
	}
	if _, err := b.create(); err != nil || b.Ping(t.Context()) != nil {
		t.Errorf("the shop itself: %v", err)
	}
}
