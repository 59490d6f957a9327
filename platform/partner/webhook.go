package partner

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/callbacks"
	"acme.example/webshop/platform/fault"
)

// minSecret is the shortest key that Standard Webhooks allows, in bytes.
const minSecret = 24

// prefix begins a secret in the form of Standard Webhooks; the key follows in base64.
const prefix = "whsec_"

// Key returns the key of a secret. A secret without the prefix is the key itself.
func Key(secret string) ([]byte, error) {
	key := []byte(secret)
	if encoded, is := strings.CutPrefix(secret, prefix); is {
		var err error
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return nil, errors.New("what follows whsec_ must be base64") // not the library's error, which has positions
		}
	}
	if len(key) < minSecret {
		return nil, fmt.Errorf("the key must have at least %d bytes; this one has %d", minSecret, len(key))
	}
	return key, nil
}

// Webhook verifies callbacks by Standard Webhooks: a signature under the shared secret over id, timestamp and body, and a
// timestamp that is at most 5 minutes off.
//
// It keeps no ids: a sender rightly repeats one if the shop's answer was lost. Replays are harmless, because StockCreated
// is published once for each order, and a report about a delivery counts only if it is about a later time than the last.
//
// It accepts any of its secrets, so that they can be changed while callbacks come in.
type Webhook struct{ secrets []*standardwebhooks.Webhook }

var _ callbacks.Verifier = (*Webhook)(nil)

// NewWebhook returns a verifier for keys of at least 24 bytes each (Key).
func NewWebhook(secrets ...[]byte) (*Webhook, error) {
	w := &Webhook{}
	for _, secret := range secrets {
		if len(secret) < minSecret {
			return nil, fmt.Errorf("partner: the key of a webhook must have at least %d bytes", minSecret)
		}
		library, err := standardwebhooks.NewWebhookRaw(bytes.Clone(secret))
		if err != nil {
			return nil, fmt.Errorf("partner: webhook secret: %w", err)
		}
		w.secrets = append(w.secrets, library)
	}
	return w, nil
}

// Verify returns fault.Unauthorized unless the callback is from the partner and fresh.
func (w *Webhook) Verify(payload []byte, headers http.Header) error {
	cause := errors.New("there is no secret")
	for _, library := range w.secrets {
		if cause = library.Verify(payload, headers); cause == nil {
			return nil
		}
	}
	return fault.Wrap(cause, fault.Unauthorized, "the callback is not signed with a valid, fresh webhook-signature")
}
