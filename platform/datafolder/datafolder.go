// Package datafolder is the folder of a shop's files: the database, the secrets that it made, and a lock that keeps a
// second shop out. It backs such folders up (Backup) and restores them (Restore).
//
// It guarantees: only their owner may read the files; after a power cut a file is complete, or does not exist.
package datafolder

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
)

// othersRights are the rights of the group and of all other users.
const othersRights fs.FileMode = 0o077

// The names of the files in a data folder. Earlier releases made WebhookSecret too, which an operator may still give to a
// partner (--stockist-secret @FILE), so backups have it.
const (
	Database      = "webshop.db"
	LinkSecret    = "link.secret"
	WebhookSecret = "webhook.secret"
	Token         = "private.token"
	lockFile      = "lock"
)

// Take makes a folder if it does not exist, locks it, and removes the rights of other users. leave unlocks it. It is an
// error if another shop uses the folder.
func Take(folder string, log *slog.Logger) (leave func() error, err error) {
	if err := Make(folder, 0o700); err != nil {
		return nil, Fault(folder, err)
	}
	leave, err = Lock(folder)
	if err != nil {
		return nil, err
	}
	if err := keepPrivate(folder, log); err != nil {
		return nil, errors.Join(err, leave())
	}
	return leave, nil
}

// Lock keeps other shops off a folder until unlock is called.
func Lock(folder string) (unlock func() error, err error) {
	lock := flock.New(filepath.Join(folder, lockFile))
	held, err := lock.TryLock()
	if err != nil {
		return nil, Fault(folder, err)
	}
	if !held {
		return nil, fmt.Errorf("another shop uses the data folder %s", folder)
	}
	return lock.Unlock, nil
}

// Fault says what to do about a data folder that cannot be used.
func Fault(folder string, err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("data folder: %w; make the folder %s writable for the shop's user, or name another with --data-dir", err, folder)
	}
	return fmt.Errorf("data folder: %w", err)
}

// Make makes a folder, and those above it, such that the last one survives a power cut.
func Make(path string, mode os.FileMode) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// keepPrivate removes the rights of other users from a folder and its content: an earlier release, an umask or a copying
// tool may have given them. Files of another user cannot be changed, and are an error.
func keepPrivate(folder string, log *slog.Logger) error {
	inside, err := os.ReadDir(folder)
	if err != nil {
		return Fault(folder, err)
	}
	paths := []string{folder}
	for _, entry := range inside {
		paths = append(paths, filepath.Join(folder, entry.Name()))
	}
	for _, path := range paths {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && (info.Mode()&othersRights == 0 || info.Mode()&fs.ModeSymlink != 0) {
			continue // it is gone, private, or a link to somewhere else
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

// WriteFile writes a complete file that only its owner may read, or none: once it has returned, the file survives a power
// cut.
func WriteFile(path string, content []byte) (err error) {
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

// syncFolder makes the names in a folder survive a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Exists reports whether a path exists.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
