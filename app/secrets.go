package app

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keptSecret returns the secret that the data folder keeps under a name, and makes one the first time, so that links
// stay valid over restarts.
func keptSecret(dataDir, name string) ([]byte, error) {
	path := filepath.Join(dataDir, name)
	secret, err := os.ReadFile(path)
	if err == nil && len(secret) >= 26 {
		return secret, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("secret: %w", err)
	}
	secret = []byte(rand.Text() + rand.Text())
	if err := os.WriteFile(path, secret, 0o600); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return secret, nil
}

func (c Config) linkSecrets() ([][]byte, error) {
	if len(c.LinkSecret) == 0 {
		kept, err := keptSecret(c.DataDir, "link.secret")
		return [][]byte{kept}, err
	}
	var secrets [][]byte
	for _, s := range c.LinkSecret {
		secrets = append(secrets, []byte(s))
	}
	return secrets, nil
}

func (c Config) webhookSecret() ([]byte, error) {
	if c.WebhookSecret == "" {
		return keptSecret(c.DataDir, "webhook.secret")
	}
	return []byte(c.WebhookSecret), nil
}
