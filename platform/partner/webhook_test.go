package partner_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/partner"
)

const payload = `{"type":"stock.created","data":{"orderId":7}}`

// signed returns the headers of a callback.
func signed(t *testing.T, key []byte, body string, at time.Time) http.Header {
	t.Helper()
	signer, err := standardwebhooks.NewWebhookRaw(key)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := signer.Sign("msg_1", at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	h.Set("webhook-id", "msg_1")
	h.Set("webhook-timestamp", seconds(at))
	h.Set("webhook-signature", signature)
	return h
}

func seconds(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

func changed(h http.Header, name, value string) http.Header {
	h = h.Clone()
	h.Set(name, value)
	return h
}

func TestWebhookTakesOnlyWhatIsSignedAndFresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		webhook, err := partner.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		good := signed(t, secret, payload, now)
		for what, c := range map[string]struct {
			headers http.Header
			want    fault.Code
		}{
			"good":                  {good, ""},
			"repeated":              {good, ""},
			"five minutes old":      {signed(t, secret, payload, now.Add(-5*time.Minute)), ""},
			"older":                 {signed(t, secret, payload, now.Add(-5*time.Minute-time.Second)), fault.Unauthorized},
			"from the future":       {signed(t, secret, payload, now.Add(6*time.Minute)), fault.Unauthorized},
			"another secret":        {signed(t, []byte("another secret of 24 bytes"), payload, now), fault.Unauthorized},
			"another body":          {signed(t, secret, payload+" ", now), fault.Unauthorized},
			"another id":            {changed(good, "webhook-id", "msg_2"), fault.Unauthorized},
			"a shifted timestamp":   {changed(good, "webhook-timestamp", seconds(now.Add(time.Second))), fault.Unauthorized},
			"no signature":          {changed(good, "webhook-signature", ""), fault.Unauthorized},
			"an empty v1 signature": {changed(good, "webhook-signature", "v1,"), fault.Unauthorized},
			"no timestamp":          {changed(good, "webhook-timestamp", ""), fault.Unauthorized},
			"a bad timestamp":       {changed(good, "webhook-timestamp", "soon"), fault.Unauthorized},
			"no headers":            {http.Header{}, fault.Unauthorized},
		} {
			wantCode(t, what, webhook.Verify([]byte(payload), c.headers), c.want)
		}
	})
}

func TestNewWebhookRefusesAShortSecret(t *testing.T) {
	for _, short := range []string{"", "only 23 bytes in here.."} {
		if _, err := partner.NewWebhook([]byte(short)); err == nil {
			t.Errorf("a secret of %d bytes was taken", len(short))
		}
	}
}

// TestAWebhookSecretCanBeChanged while callbacks come in: both are valid for a while, and then only the new one.
func TestAWebhookSecretCanBeChanged(t *testing.T) {
	old, fresh := []byte("the old secret of 24 bytes"), []byte("the new secret of 24 bytes")
	both, err := partner.NewWebhook(fresh, old)
	if err != nil {
		t.Fatal(err)
	}
	after, err := partner.NewWebhook(fresh)
	if err != nil {
		t.Fatal(err)
	}
	byOld, byNew := signed(t, old, payload, time.Now()), signed(t, fresh, payload, time.Now())
	wantCode(t, "the old one, for a while", both.Verify([]byte(payload), byOld), "")
	wantCode(t, "the new one, at once", both.Verify([]byte(payload), byNew), "")
	wantCode(t, "another one", both.Verify([]byte(payload), signed(t, secret, payload, time.Now())), fault.Unauthorized)
	wantCode(t, "the old one, later", after.Verify([]byte(payload), byOld), fault.Unauthorized)
	if _, err := partner.NewWebhook(fresh, []byte("short")); err == nil {
		t.Error("a short old secret was taken")
	}
}

// TestKey: a secret is its bytes, unless it has the form of Standard Webhooks.
func TestKey(t *testing.T) {
	for secret, want := range map[string]string{
		"the bytes of a secret are the key":                  "the bytes of a secret are the key",
		"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz":             "012345678901234567890123",
		"whsec_/////////////////////////////////////////w==": strings.Repeat("\xff", 31),
	} {
		if key, err := partner.Key(secret); err != nil || string(key) != want {
			t.Errorf("%s: %q, %v", secret, key, err)
		}
	}
	for _, wrong := range []string{"", "only 23 bytes in here..", "whsec_", "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=", "whsec_not base64 but long enough for a key"} {
		if _, err := partner.Key(wrong); err == nil || strings.Contains(err.Error(), "MDEy") {
			t.Errorf("%q was taken, or told: %v", wrong, err)
		}
	}
}
