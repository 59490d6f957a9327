package paymentstest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// NewBank returns a bank with its secrets.
func NewBank() *Bank {
	return &Bank{payouts: map[string]payout{}, secrets: []string{"the secret of the bank of today", "the secret that it had before", "the secret of another bank"}}
}

// Secrets returns those that its webhooks may be signed with.
func (b *Bank) Secrets() (valid [][]byte) {
	return [][]byte{[]byte(b.secrets[Current]), []byte(b.secrets[Previous])}
}

// Now is the time of the bank's clock.
func (b *Bank) Now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now()
}

func (b *Bank) now() time.Time { return time.Now().Add(b.later) }

// Advance moves the bank's clock.
func (b *Bank) Advance(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.later += d
}

// DropNextAnswer makes RoundTrip lose the next answer.
func (b *Bank) DropNextAnswer() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop = true
}

// Books returns what the bank has done.
func (b *Bank) Books() (total Books) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range b.transfers {
		total.Begun++
		total.Refunded += t.paidOut
		if t.State == received {
			total.Paid += t.Amount
		}
	}
	return total
}

// Pay pays with the voucher: there is no other way.
func (b *Bank) Pay(p Payment) error { return b.PayVoucher(p) }

// PayVoucher transfers the money.
func (b *Bank) PayVoucher(p Payment) error {
	_, _, err := b.Transfer(p.Outcome.Action.Voucher.Number)
	return err
}

// Told returns the webhook about a payment.
func (b *Bank) Told(p Payment) (body []byte, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.find(p.Outcome.Reference); t != nil {
		return json.Marshal(t)
	}
	return nil, errors.New("there is no such transfer")
}

// Sign signs by Standard Webhooks.
func (b *Bank) Sign(by Secret, at time.Time, body []byte) (http.Header, error) {
	signer, err := standardwebhooks.NewWebhookRaw([]byte(b.secrets[by]))
	if err != nil {
		return nil, err
	}
	signature, err := signer.Sign("msg_1", at, body)
	header := http.Header{}
	header.Set("webhook-id", "msg_1")
	header.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	header.Set("webhook-signature", signature)
	return header, err
}
