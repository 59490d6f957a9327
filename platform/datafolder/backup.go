package datafolder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"acme.example/webshop/platform/database/sqlite"
)

// progressEvery is how often a long copy prints its progress.
const progressEvery = time.Second

// Backup copies a shop's data folder to dir, as of one moment, whether a shop runs or not. The folder dir must not exist;
// it appears under its name only when everything was checked and synced. It can be used as --data-dir.
//
// With age recipients, each of its files is encrypted to them, and must be decrypted first (Restore).
func Backup(ctx context.Context, dataDir, dir string, recipients []string, out io.Writer) error {
	begun := time.Now()
	to, err := readRecipients(recipients)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if dir = filepath.Clean(dir); Exists(dir) {
		return fmt.Errorf("%s is there already; a backup is written to a new folder", dir)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	partial, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".partial-*") // mode 0700
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	var copied sqlite.Copied
	var secrets []string
	if len(to) == 0 {
		copied, secrets, err = fill(ctx, dataDir, partial, out)
	} else {
		copied, secrets, err = fillSealed(ctx, dataDir, partial, to, out)
	}
	if err == nil {
		err = publish(partial, dir)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("backup: %w", err), os.RemoveAll(partial))
	}
	if len(to) > 0 {
		return reportSealed(out, dir, copied, secrets, time.Since(begun))
	}
	return report(out, dir, copied, secrets, time.Since(begun))
}

// fill copies the database and the secrets that keep links and callbacks valid.
func fill(ctx context.Context, from, to string, out io.Writer) (copied sqlite.Copied, secrets []string, err error) {
	if !Exists(filepath.Join(from, Database)) {
		return copied, nil, fmt.Errorf("there is no %s in %s; a shop with --database-url is backed up with pg_dump", Database, from)
	}
	copied, err = sqlite.Copy(ctx, filepath.Join(from, Database), filepath.Join(to, Database), progress(out))
	if err != nil {
		return copied, nil, err
	}
	for _, name := range []string{LinkSecret, WebhookSecret} {
		content, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // the shop gets it by a flag
		}
		if err == nil {
			err = WriteFile(filepath.Join(to, name), content)
		}
		if err != nil {
			return copied, nil, err
		}
		secrets = append(secrets, name)
	}
	return copied, secrets, nil
}

// progress prints regularly how much of the database is copied.
func progress(out io.Writer) func(done, total int) {
	next := time.Now().Add(progressEvery)
	return func(done, total int) {
		if total > 0 && time.Now().After(next) {
			next = time.Now().Add(progressEvery)
			fmt.Fprintf(out, "Copied %d%% of the database …\n", 100*done/total)
		}
	}
}

// publish gives the folder its name, durably.
func publish(partial, dir string) error {
	if err := syncFolder(partial); err != nil {
		return err
	}
	if Exists(dir) {
		return fmt.Errorf("%s was created meanwhile", dir)
	}
	if err := os.Rename(partial, dir); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(dir))
}

func report(out io.Writer, dir string, copied sqlite.Copied, secrets []string, took time.Duration) error {
	size, err := os.Stat(filepath.Join(dir, Database))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, `Backup %s: %d orders, %.1f MB, checked and synced in %s; with %s.
To restore, stop the shop, copy the folder, and start with the copy: webshop serve --data-dir COPY
New orders will then begin at number %d: lower ones may have been given after this backup.
`, dir, copied.Orders, float64(size.Size())/1e6, took.Round(time.Millisecond), with(secrets), copied.FirstNumber)
	return err
}

// with says which secrets a backup has.
func with(secrets []string) string {
	if len(secrets) == 0 {
		return "no secrets: keep those that the shop is given by flags"
	}
	return strings.Join(secrets, " and ")
}
