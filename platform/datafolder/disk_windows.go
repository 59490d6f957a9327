package datafolder

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// DiskSpace returns how many bytes a folder's disk has left for the shop, and in total.
func DiskSpace(folder string) (free, total uint64, err error) {
	name, err := windows.UTF16PtrFromString(folder)
	if err == nil {
		err = windows.GetDiskFreeSpaceEx(name, &free, &total, nil)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("disk space: %w", err)
	}
	return free, total, nil
}
