package pgtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// SmallDisk returns a disk of so many megabytes for tables of the server (DatabaseOnDisk). It takes a file system in memory,
// which only root may mount: else the test is skipped. It ends with the test.
func (s *Server) SmallDisk(t testing.TB, megabytes int) (folder string) {
	t.Helper()
	folder = filepath.Join(s.folder, "disk")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, fmt.Sprintf("size=%dm", megabytes)); errors.Is(err, syscall.EPERM) {
		t.Skip("only root may mount a small disk")
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	tables := filepath.Join(folder, "tables")
	err := os.Mkdir(tables, 0o700)
	if err == nil && s.user != nil {
		err = errors.Join(os.Chown(folder, int(s.user.Uid), int(s.user.Gid)), os.Chown(tables, int(s.user.Uid), int(s.user.Gid)))
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Exec(t, "postgres", fmt.Sprintf("CREATE TABLESPACE small LOCATION '%s'", tables))
	t.Cleanup(func() { s.Exec(t, "postgres", "DROP TABLESPACE small") })
	return folder
}

// DatabaseOnDisk returns the address of a new, empty database with its tables on the small disk.
func (s *Server) DatabaseOnDisk(t testing.TB) (url string) {
	t.Helper()
	return s.create(t, " TABLESPACE small")
}
