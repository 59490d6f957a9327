package partner

import (
	"bytes"
	"fmt"
	"net/http"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/fault"
	"acme.example/webshop/stock"
)

// minSecret is the shortest secret that Standard Webhooks allows, in bytes.
const minSecret = 24

// Webhook checks callbacks by Standard Webhooks: a signature under the shared secret over id, timestamp and body, and
// a timestamp that is at most 5 minutes off.
//
// It remembers no ids. A sender rightly repeats an id when the shop's answer was lost, and the first try may have
// failed here; so a repeated id is no error. What protects from replays is the effect: StockCreated is stated once for
// each order, however often it is told.
type Webhook struct{ library *standardwebhooks.Webhook }

var _ stock.Verifier = (*Webhook)(nil)

// NewWebhook makes a verifier for a secret of at least 24 bytes (raw, not base64).
func NewWebhook(secret []byte) (*Webhook, error) {
	if len(secret) < minSecret {
		return nil, fmt.Errorf("partner: the webhook secret must have at least %d bytes", minSecret)
	}
	library, err := standardwebhooks.NewWebhookRaw(bytes.Clone(secret))
	if err != nil {
		return nil, fmt.Errorf("partner: webhook secret: %w", err)
	}
	return &Webhook{library}, nil
}

// Verify returns nil for a callback that is from the partner and fresh, and fault.Unauthorized for any other.
func (w *Webhook) Verify(payload []byte, headers http.Header) error {
	if err := w.library.Verify(payload, headers); err != nil {
		return fault.Wrap(err, fault.Unauthorized, "the callback is not signed with a valid, fresh webhook-signature")
	}
	return nil
}
