package email

import (
	"strings"
	"testing"

	"acme.example/webshop/event"
)

// TestTheMailsSayWhereToAndToWhom, in the customer's language, whatever the market's is.
func TestTheMailsSayWhereToAndToWhom(t *testing.T) {
	where := event.Address{
		Line2: "Int. 4", PostalCode: "06700", Region: "CMX", Neighborhood: "Roma Norte", RecipientName: "Luz Díaz",
		DeliveryNotes: "Ring twice", GiftMessage: "Happy birthday <3",
	}
	s, o := service(t)
	thanks, slot := created("MX"), booked("MX")
	thanks.Address, thanks.Language, slot.Address, slot.Language = where, "en", where, "en"
	if err := s.OnOrderCreated(t.Context(), thanks); err != nil {
		t.Fatal(err)
	}
	if err := s.OnDeliveryBooked(t.Context(), slot); err != nil {
		t.Fatal(err)
	}
	for _, m := range o.sent {
		for _, want := range []string{
			"Where we deliver:\n  Luz Díaz\n  12 St James's Square\n  Int. 4\n  Roma Norte\n  06700 Springfield, CMX\n",
			"For the driver: Ring twice\n", "Your message: Happy birthday <3\n",
		} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the mail lacks %q:\n%s", want, m.Text)
			}
		}
		if !strings.Contains(m.HTML, "Roma Norte") || !strings.Contains(m.HTML, "Happy birthday &lt;3") {
			t.Error(m.HTML)
		}
	}
}
