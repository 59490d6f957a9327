package torture

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// ErrNotPossible means that this machine cannot run power cuts.
var ErrNotPossible = errors.New("power cuts are not possible here")

const (
	volumeSize = "512M"
	// shutdownIoctl is EXT4_IOC_SHUTDOWN, and withoutFlush its flag EXT4_GOING_FLAGS_NOLOGFLUSH: nothing that was not
	// synced reaches the disk any more.
	shutdownIoctl = 0x8004587d
	withoutFlush  = 2
)

// volume is an ext4 file system on a file, for the shop's data, whose power can be cut.
type volume struct {
	image, folder string
	mounted       bool
}

func newVolume(dir, folder string) (*volume, error) {
	if os.Geteuid() != 0 {
		return nil, fmt.Errorf("%w: they need root, to mount a file system of their own", ErrNotPossible)
	}
	v := &volume{image: filepath.Join(dir, "disk.ext4"), folder: folder}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return nil, err
	}
	for _, step := range [][]string{{"truncate", "-s", volumeSize, v.image}, {"mkfs.ext4", "-q", "-F", v.image}} {
		if err := command(step...); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotPossible, err)
		}
	}
	if err := v.mount(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPossible, err)
	}
	if err := v.tryCut(); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrNotPossible, err), v.close())
	}
	return v, nil
}

// tryCut proves that a cut works: what was not synced is gone after it.
func (v *volume) tryCut() error {
	file := filepath.Join(v.folder, "unsynced")
	if err := os.WriteFile(file, []byte("this must not survive"), 0o600); err != nil {
		return err
	}
	if err := errors.Join(v.cut(), v.remount()); err != nil {
		return err
	}
	if left, err := os.ReadFile(file); err == nil && len(left) > 0 {
		return errors.New("what was not synced survived a cut")
	}
	if err := os.RemoveAll(file); err != nil {
		return err
	}
	return nil
}

func command(args ...string) error {
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

func (v *volume) mount() error {
	err := command("mount", "-t", "ext4", "-o", "loop", v.image, v.folder)
	v.mounted = v.mounted || err == nil
	return err
}

// cut cuts the power: from now on nothing can be written, and what was not synced is lost.
func (v *volume) cut() error {
	root, err := os.Open(v.folder)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := unix.IoctlSetPointerInt(int(root.Fd()), shutdownIoctl, withoutFlush); err != nil {
		return fmt.Errorf("EXT4_IOC_SHUTDOWN: %w", err)
	}
	return nil
}

// remount mounts the volume again from its disk, after the shop has died.
func (v *volume) remount() error {
	if err := v.unmount(); err != nil {
		return err
	}
	return v.mount()
}

// unmount tries for a while: the kernel may still clean up after the dead process.
func (v *volume) unmount() (err error) {
	for range 50 {
		if err = command("umount", v.folder); err == nil {
			v.mounted = false
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return err
}

func (v *volume) close() error {
	if v == nil || !v.mounted {
		return nil
	}
	return v.unmount()
}

// limitFiles stops the files of a process from growing beyond a size, as if the disk were full; 0 lifts it.
func limitFiles(pid int, bytes uint64) error {
	limit := unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}
	if bytes == 0 {
		limit.Cur = unix.RLIM_INFINITY
	}
	return unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil)
}
