package simulator_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"acme.example/webshop/platform/partner/simulator"
)

// TestTheMailProviderReportsKnownMailboxes until the shop has taken that, and nothing of others.
func TestTheMailProviderReportsKnownMailboxes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shop{t: t, statuses: []int{http.StatusNotFound, http.StatusNoContent}, start: time.Now(), ids: map[string]bool{}}
		m, err := simulator.NewMailProvider(simulator.MailProviderConfig{Secret: secret, CallbackURL: "http://shop/cb", Callback: &http.Client{Transport: simulator.Transport(s)}})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		for i, to := range []string{"bounce@example.com", "Full+7@example.com", "confirm+ann@example.com", "ann@example.com", "bouncer@example.com", "bounce"} {
			m.Received("e7."+string(rune('a'+i))+"@shop.example", to)
			time.Sleep(time.Minute) // of the bubble's time
		}
		synctest.Wait() // orders what the shop wrote before what is read here
		said := strings.Join(s.bodies, "\n")
		for _, want := range []string{`"messageId":"e7.a@shop.example"`, `"reason":"mailbox does not exist"`, `"type":"mail.bounced"`, `"type":"mail.delayed"`, `"type":"mail.delivered"`} {
			if !strings.Contains(said, want) {
				t.Errorf("%s is not said: %s", want, said)
			}
		}
		if len(s.ids) != 4 || len(s.bodies) != 5 || s.after[1] <= s.after[0] {
			t.Errorf("%d reports in %d callbacks: %s", len(s.ids), len(s.bodies), said)
		}
	})
	if _, err := simulator.NewMailProvider(simulator.MailProviderConfig{Secret: []byte("short")}); err == nil {
		t.Error("it signs with a short secret")
	}
}
