package app

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// linkSecretFile and webhookSecretFile are the names of the secrets that the data folder keeps.
const (
	linkSecretFile    = "link.secret"
	webhookSecretFile = "webhook.secret"
)

// shortest is the least length of a kept secret; those made here have twice that.
const shortest = 26

// keptSecret returns the secret that the data folder keeps under a name, and makes one the first time, so that links
// stay valid over restarts.
func keptSecret(dataDir, name string) ([]byte, error) {
	path := filepath.Join(dataDir, name)
	secret, err := os.ReadFile(path)
	switch {
	case err == nil && len(secret) >= shortest:
		return secret, nil
	case err == nil: // a new one would quietly make all links of customers invalid
		return nil, fmt.Errorf("secret: %s is damaged; put it back from a backup, or delete it: then old links are no longer valid", path)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("secret: %w", err)
	}
	secret = []byte(rand.Text() + rand.Text())
	if err := writeFile(path, secret); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return secret, nil
}

func (c Config) linkSecrets() ([][]byte, error) {
	if len(c.LinkSecret) == 0 {
		kept, err := keptSecret(c.DataDir, linkSecretFile)
		return [][]byte{kept}, err
	}
	var secrets [][]byte
	for _, s := range c.LinkSecret {
		secrets = append(secrets, []byte(s))
	}
	return secrets, nil
}

// webhookSecret is the one of the stockist. A process that shares the work makes none up: it has none, or the one it was
// given (checkShared).
func (c Config) webhookSecret() ([]byte, error) {
	if c.WebhookSecret == "" && c.whole() {
		return keptSecret(c.DataDir, webhookSecretFile)
	}
	return []byte(c.WebhookSecret), nil
}
