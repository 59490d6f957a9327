package datafolder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"acme.example/webshop/platform/database/sqlite"
)

// sealedSuffix is the suffix of an encrypted file.
const sealedSuffix = ".age"

// spareRoom is what must be left on a shop's disk beside the copy to be encrypted: a full disk stops the shop.
const spareRoom = 200 << 20

// readRecipients parses the public keys for a backup's encryption, as age-keygen prints them.
func readRecipients(texts []string) ([]age.Recipient, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	to, err := age.ParseRecipients(strings.NewReader(strings.Join(texts, "\n")))
	if err != nil {
		return nil, errors.New("--recipient must be a public key of age, age1…, as age-keygen prints it")
	}
	return to, nil
}

// fillSealed is fill with encrypted files. The copy is made, checked and encrypted in the data folder, which has the same
// data: the backup's own disk never has it in plain text.
func fillSealed(ctx context.Context, from, to string, recipients []age.Recipient, out io.Writer) (copied sqlite.Copied, secrets []string, err error) {
	if err := roomToCopy(from); err != nil {
		return copied, nil, err
	}
	plain, err := os.MkdirTemp(from, ".backup-*") // mode 0700
	if err != nil {
		return copied, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(plain)) }()
	if copied, secrets, err = fill(ctx, from, plain, out); err != nil {
		return copied, nil, err
	}
	for _, name := range append([]string{Database}, secrets...) {
		if err := sealFile(filepath.Join(plain, name), filepath.Join(to, name+sealedSuffix), recipients); err != nil {
			return copied, nil, err
		}
	}
	return copied, secrets, nil
}

// roomToCopy refuses a copy of the database that would leave its disk nearly full.
func roomToCopy(folder string) error {
	file, err := os.Stat(filepath.Join(folder, Database))
	if err != nil {
		return nil // fill reports it
	}
	free, _, err := DiskSpace(folder)
	if need := uint64(file.Size()) + spareRoom; err == nil && free < need {
		return fmt.Errorf("an encrypted backup needs %d MB on the disk of %s, for the copy that is encrypted; %d MB are free", need>>20, folder, free>>20)
	}
	return err
}

func sealFile(from, to string, recipients []age.Recipient) error {
	return pour(from, to, func(in io.Reader, out io.Writer) error {
		sealed, err := age.Encrypt(out, recipients...)
		if err != nil {
			return err
		}
		_, err = io.Copy(sealed, in)
		return errors.Join(err, sealed.Close())
	})
}

// pour copies a file through a function to a new one for its owner only, synced.
func pour(from, to string, through func(io.Reader, io.Writer) error) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(through(in, out), out.Sync(), out.Close())
}

func reportSealed(out io.Writer, dir string, copied sqlite.Copied, secrets []string, took time.Duration) error {
	_, err := fmt.Fprintf(out, `Backup %s: %d orders, checked, encrypted and synced in %s; with %s.
To restore, stop the shop, and decrypt it to a new data folder: webshop restore --identity FILE --data-dir NEW %[1]s
New orders will then begin at number %[5]d: lower ones may have been given after this backup.
`, dir, copied.Orders, took.Round(time.Millisecond), with(secrets), copied.FirstNumber)
	return err
}

// Restore makes a new data folder from a backup, encrypted or not. The folder appears under its name only when everything
// was read, decrypted and synced.
func Restore(backup, dataDir, identity string, out io.Writer) error {
	if dataDir = filepath.Clean(dataDir); Exists(dataDir) {
		return fmt.Errorf("restore: %s is there already; move it away first, and keep it: the newest orders may be read from it yet", dataDir)
	}
	if err := os.MkdirAll(filepath.Dir(dataDir), 0o700); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	partial, err := os.MkdirTemp(filepath.Dir(dataDir), "."+filepath.Base(dataDir)+".partial-*")
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if err = unsealAll(backup, partial, identity); err == nil {
		err = publish(partial, dataDir)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("restore: %w", err), os.RemoveAll(partial))
	}
	_, err = fmt.Fprintf(out, "The backup %s is in %s. Start the shop with it: webshop serve --data-dir %[2]s\n", backup, dataDir)
	return err
}

// unsealAll reads the files of a backup into a folder.
func unsealAll(backup, to, identity string) error {
	var identities []age.Identity
	if identity != "" {
		file, err := os.Open(identity)
		if err != nil {
			return err
		}
		defer file.Close()
		if identities, err = age.ParseIdentities(file); err != nil {
			return fmt.Errorf("--identity %s is not a file of age-keygen", identity) // not the library's error, which may contain a line of it
		}
	}
	files, err := os.ReadDir(backup)
	if err != nil {
		return err
	}
	for _, file := range files {
		name, sealed := strings.CutSuffix(file.Name(), sealedSuffix)
		if sealed && identities == nil {
			return errors.New("the backup is encrypted: name the file of its key with --identity")
		}
		if err := unseal(filepath.Join(backup, file.Name()), filepath.Join(to, name), sealed, identities); err != nil {
			return fmt.Errorf("%s: %w", file.Name(), err)
		}
	}
	if !Exists(filepath.Join(to, Database)) {
		return fmt.Errorf("%s is not a backup: it has no %s", backup, Database)
	}
	return nil
}

func unseal(from, to string, sealed bool, identities []age.Identity) error {
	return pour(from, to, func(in io.Reader, out io.Writer) (err error) {
		if sealed {
			if in, err = age.Decrypt(in, identities...); err != nil {
				return err
			}
		}
		_, err = io.Copy(out, in)
		return err
	})
}
