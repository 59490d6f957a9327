package app

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// othersRights are those of the group and of all other users.
const othersRights fs.FileMode = 0o077

// databaseFile is the database's name in the data folder.
const databaseFile = "webshop.db"

// makeFolder makes a folder, and those above it, such that the last one outlives a power cut.
func makeFolder(path string, mode os.FileMode) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// keepPrivate takes the rights of other users from a folder and from what is in it: an earlier release, an umask or a copying
// tool may have given them. What belongs to another user cannot be taken from them, and is an error.
func keepPrivate(folder string, log *slog.Logger) error {
	inside, err := os.ReadDir(folder)
	if err != nil {
		return folderFault(folder, err)
	}
	paths := []string{folder}
	for _, entry := range inside {
		paths = append(paths, filepath.Join(folder, entry.Name()))
	}
	for _, path := range paths {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && (info.Mode()&othersRights == 0 || info.Mode()&fs.ModeSymlink != 0) {
			continue // it is gone, private, or a name for something that is elsewhere
		}
		if err == nil {
			err = os.Chmod(path, info.Mode().Perm()&^othersRights)
		}
		if err != nil {
			return fmt.Errorf("data folder: other users have rights to %s, and they cannot be taken away: %w; "+
				"make it the shop's own, or name a folder in it with --data-dir", path, err)
		}
		log.Warn("other users had rights to the shop's data; they were taken away", "path", path, "were", info.Mode().Perm())
	}
	return nil
}

// writeFile writes a whole file that only its owner may read, or none: it outlives a power cut once this has returned.
func writeFile(path string, content []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder outlive a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
