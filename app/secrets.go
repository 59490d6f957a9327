package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/datafolder"
)

// shortest is the minimum length of a kept secret; those made here are twice as long.
const shortest = 26

// keptSecret returns the secret that the data folder keeps under a name, and makes one the first time, so that links stay
// valid over restarts. A shop with orders must have had one: a new one would silently break its customers' links.
func (s *system) keptSecret(ctx context.Context, name string) ([]byte, error) {
	path := filepath.Join(s.cfg.DataDir, name)
	secret, err := os.ReadFile(path)
	switch {
	case err == nil && len(secret) >= shortest:
		return secret, nil
	case err == nil:
		return nil, fmt.Errorf("secret: %s is damaged; put it back from a backup, or delete it: then old links are no longer valid", path)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("secret: %w", err)
	}
	if used, err := s.hasOrders(ctx); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	} else if used {
		return nil, fmt.Errorf("secret: %s is missing, and the shop has orders: put it back from a backup, or give the secret by its flag. "+
			"If it is lost for good, put another one there (head -c 32 /dev/urandom | base64): then what was signed with the old one is no longer valid", path)
	}
	secret = []byte(rand.Text() + rand.Text())
	if err := datafolder.WriteFile(path, secret); err != nil {
		return nil, fmt.Errorf("secret: %w", err)
	}
	return secret, nil
}

// hasOrders reports whether the shop has ever taken an order. If all its orders were imported, its ledger is empty and no
// order has another status; then it has sent no links.
func (s *system) hasOrders(ctx context.Context) (bool, error) {
	counts, err := s.store.Counts(ctx)
	if err != nil {
		return false, err
	}
	imported := 0
	for status, n := range counts.Orders {
		switch {
		case n > 0 && !slices.Contains(order.Imports, status):
			return true, nil
		default:
			imported += n
		}
	}
	if imported == 0 {
		return false, nil
	}
	balances, err := s.store.Balances(ctx)
	return len(balances) > 0, err
}

func (s *system) linkSecrets(ctx context.Context) ([][]byte, error) {
	if len(s.cfg.LinkSecret) == 0 {
		kept, err := s.keptSecret(ctx, datafolder.LinkSecret)
		return [][]byte{kept}, err
	}
	var secrets [][]byte
	for _, secret := range s.cfg.LinkSecret {
		secrets = append(secrets, []byte(secret))
	}
	return secrets, nil
}
