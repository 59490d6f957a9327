package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

const (
	// secretTerm is how long the registration of a process's link secret is valid, and secretEvery how often it is
	// renewed.
	secretTerm, secretEvery = 10 * time.Second, 3 * time.Second
	// secretRole is the role that all processes with the same link secret hold together.
	secretRole = "link-secret"
)

var errOtherSecret = errors.New("another process of this shop signs links with another secret, and its customers' links would be dead here: " +
	"give all processes the same --link-secret (WEBSHOP_LINK_SECRET)")

// shareSecrets returns an error if another running process on the same database has none of the secrets. A process that
// has ended counts for secretTerm.
func (s *system) shareSecrets(ctx context.Context) error {
	if !s.cfg.deployment().sharesSecrets() {
		return nil
	}
	for begun := time.Now(); ; {
		err := s.haveSecrets(ctx)
		if !errors.Is(err, errOtherSecret) || time.Since(begun) > secretTerm+secretEvery {
			return err
		}
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// haveSecrets registers this process's link secrets: the newest one that others have too, or else its newest.
func (s *system) haveSecrets(ctx context.Context) error {
	for _, secret := range s.secrets {
		if have, err := s.journal.Lead(ctx, secretRole, digest(secret), s.now(), secretTerm); have || err != nil {
			return err
		}
	}
	return errOtherSecret
}

// digest identifies a secret without revealing it.
func digest(secret []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("the link secret of this shop"))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
