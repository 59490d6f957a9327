package app_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/datafolder"
)

// TestOtherUsersHaveNoRightsToTheData: neither to the folder nor to anything in it, even if they had them before.
func TestOtherUsersHaveNoRightsToTheData(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	here := func(c *app.Config) { c.DataDir = folder }
	s := start(t, here)
	s.create(realOrder("Private"))
	private := func() {
		t.Helper()
		found := map[string]bool{}
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: %s", path, info.Mode())
			}
			found[entry.Name()] = true
			return err
		})
		for _, name := range []string{"webshop.db", "webshop.db-wal", "webshop.db-shm", "link.secret"} {
			if err != nil || !found[name] {
				t.Errorf("no %s, %v", name, err)
			}
		}
	}
	private()
	s.stop()
	for path, mode := range map[string]os.FileMode{folder: 0o777, folder + "/webshop.db": 0o664, folder + "/link.secret": 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	s = startWith(t, s.config)
	private()
	s.stop()
	asNobody(t, func() { // a user who may not change the rights
		_, err := app.Start(t.Context(), s.config, testLogger(&sharedLog{}))
		if err == nil {
			t.Error("another user's folder was used")
		}
	})
}

// TestAnEncryptedBackup reveals nothing without its key, and is a shop again with it. With a wrong key, or if the backup
// was changed or cut off, no folder is made.
func TestAnEncryptedBackup(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	s := start(t)
	made := s.create(realOrder("Xanthippe"))
	s.arrives(made.OrderID, "STOCKED")
	parent := t.TempDir()
	folder, again := filepath.Join(parent, "backup"), filepath.Join(parent, "restored")
	var out strings.Builder
	if err := datafolder.Backup(t.Context(), s.config.DataDir, folder, []string{key.Recipient().String(), other.Recipient().String()}, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "encrypted") || !strings.Contains(out.String(), "webshop restore --identity") || !strings.Contains(out.String(), "link.secret") {
		t.Errorf("printed %s", out.String())
	}
	for _, name := range []string{"webshop.db.age", "link.secret.age"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || bytes.Contains(content, []byte("Xanthippe")) || bytes.Contains(content, []byte("SQLite format")) || !bytes.HasPrefix(content, []byte("age-encryption.org/v1")) {
			t.Errorf("%s: %v, %.40q", name, err, content)
		}
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", name, info, err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(s.config.DataDir, ".backup-*")); len(left) > 0 {
		t.Errorf("in plain text: %v", left)
	}
	for name, identity := range map[string]string{"no key": "", "another key": keyFile(t, newKey(t).String()), "no key file": keyFile(t, "AGE-SECRET-KEY-SPOILT")} {
		err := datafolder.Restore(folder, again, identity, &out)
		if err == nil || strings.Contains(err.Error(), "SPOILT") {
			t.Errorf("%s: %v", name, err)
		}
	}
	spoil(t, folder, parent, keyFile(t, key.String()))
	if left, err := filepath.Glob(filepath.Join(parent, "*restored*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if err := datafolder.Restore(folder, again, keyFile(t, key.String()), &out); err != nil {
		t.Fatal(err)
	}
	if err := datafolder.Restore(folder, again, keyFile(t, key.String()), &out); err == nil {
		t.Error("a folder was written over")
	}
	s.stop()
	c := s.config
	c.DataDir = again
	startWith(t, c).tracked(made).want(200)
	if err := datafolder.Backup(t.Context(), again, filepath.Join(parent, "wrong"), []string{key.String()}, &out); err == nil || strings.Contains(err.Error(), key.String()) {
		t.Errorf("encrypted to a secret key: %v", err)
	}
}

// spoil restores copies of a backup whose database was changed, or cut off.
func spoil(t *testing.T, folder, parent, identity string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, "webshop.db.age"))
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.Clone(content)
	changed[len(changed)/2] ^= 1
	for what, spoilt := range map[string][]byte{"changed": changed, "cut off": content[:len(content)/2], "empty": nil} {
		copied := t.TempDir()
		if err := os.WriteFile(filepath.Join(copied, "webshop.db.age"), spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := datafolder.Restore(copied, filepath.Join(parent, "restored"), identity, &strings.Builder{}); err == nil {
			t.Errorf("%s: restored", what)
		}
	}
}

func newKey(t *testing.T) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func keyFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.txt")
	if err := os.WriteFile(path, []byte("# created: today\n"+text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestASecretOfLinksChangesUnderOpenOrders: after the secret in the data folder was replaced, the links of an order that
// waits for its delivery time still open and book it; new orders have links with the new secret; once the old secret is
// removed, the old links are dead.
func TestASecretOfLinksChangesUnderOpenOrders(t *testing.T) {
	t.Parallel()
	s := start(t)
	before, open := s.create(realOrder("Before")), s.create(realOrder("Open", "email", "open@example.com"))
	s.arrives(before.OrderID, "STOCKED")
	s.arrives(open.OrderID, "STOCKED")
	link := s.deliveryKey(s.mails("open@example.com"))
	s.stop()
	kept, err := os.ReadFile(filepath.Join(s.config.DataDir, "link.secret"))
	if err != nil {
		t.Fatal(err)
	}
	c := s.config
	c.LinkSecret = []app.Secret{linkSecret, app.Secret(kept)}
	s = startWith(t, c)
	s.tracked(before).want(200)
	s.bookFirst(link)
	s.arrives(open.OrderID, "DELIVERY_BOOKED")
	after := s.create(realOrder("After"))
	s.arrives(after.OrderID, "STOCKED")
	s.stop()
	c.LinkSecret = c.LinkSecret[:1]
	s = startWith(t, c)
	s.tracked(before).want(401)
	s.tracked(after).want(200)
	s.bookFirst(s.keyTo(access.Deliver, after.OrderID))
}
