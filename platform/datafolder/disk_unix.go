//go:build unix

package datafolder

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// DiskSpace returns how many bytes a folder's disk has left for the shop, and in total.
func DiskSpace(folder string) (free, total uint64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, 0, fmt.Errorf("disk space: %w", err)
	}
	return uint64(s.Bavail) * uint64(s.Bsize), uint64(s.Blocks) * uint64(s.Bsize), nil
}
