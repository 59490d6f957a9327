package order

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"acme.example/webshop/platform/fault"
)

// mailed is a real order with a customer, and moments of its life.
var (
	mailed = Order{ID: 7, Status: Placed, Customer: Customer{Name: "Ann", Email: "ann@example.com"}}
	minute = func(n int) time.Time { return time.Unix(1_000_000, 0).UTC().Add(time.Duration(n) * time.Minute) }
)

// says is a report of a mail that was sent in a minute about what happened in another one.
func says(state MailState, sent, at int) MailReport {
	return MailReport{ID: fmt.Sprintf("e%d.email.X", sent), SentAt: minute(sent), State: state, At: minute(at), Reason: "why"}
}

func (o Order) told(t testing.TB, all ...MailReport) Order {
	t.Helper()
	for _, r := range all {
		after, _, err := o.withReport(r, afterAll)
		if err != nil {
			t.Fatal(err)
		}
		o = after
	}
	return o
}

// TestReportsOfAMailMayComeInAnyOrder, and any number of times: what happened last holds.
func TestReportsOfAMailMayComeInAnyOrder(t *testing.T) {
	life := []MailReport{says(MailDelayed, 1, 2), says(MailDelayed, 1, 3), says(MailDelivered, 1, 4), says(MailBounced, 1, 5)}
	rapid.Check(t, func(rt *rapid.T) {
		end := rapid.IntRange(1, len(life)).Draw(rt, "end")
		o := mailed.told(t, rapid.Permutation(append(life[:end:end], life[:end]...)).Draw(rt, "arrival")...)
		want := Mail{ID: "e1.email.X", SentAt: minute(1), State: life[end-1].State, At: life[end-1].At, By: ByMailProvider, Reason: "why"}
		if len(o.Mails) != 1 || o.Mails[0] != want {
			rt.Fatalf("%+v, want %+v", o.Mails, want)
		}
	})
	if o, changed, err := mailed.told(t, life[1]).withReport(life[1], afterAll); changed || err != nil || len(o.Mails) != 1 {
		t.Errorf("the same again changes %+v, %v", o.Mails, err)
	}
}

// TestSinceWhenACustomerDoesNotHearOfUs: the mail that was sent last decides, of those that arrived, bounced or were sent again.
func TestSinceWhenACustomerDoesNotHearOfUs(t *testing.T) {
	again := Mail{ID: "again.X.7", Again: "e1.email.X", SentAt: minute(6)}
	sentAgain := func(o Order) Order { o.Mails = withMail(o.Mails, again); return o }
	test := mailed
	test.TestID = 4
	bounced, never := minute(5), time.Time{}
	for name, c := range map[string]struct {
		order Order
		since time.Time
	}{
		"nothing is known":               {mailed, never},
		"it bounced":                     {mailed.told(t, says(MailBounced, 1, 5)), bounced},
		"of a test order":                {test.told(t, says(MailBounced, 1, 5)), never},
		"it is delayed":                  {mailed.told(t, says(MailDelayed, 1, 5)), never},
		"a later one is delayed":         {mailed.told(t, says(MailBounced, 1, 5), says(MailDelayed, 2, 6)), bounced},
		"a later one arrived":            {mailed.told(t, says(MailBounced, 1, 5), says(MailDelivered, 2, 3)), never},
		"an earlier one arrived":         {mailed.told(t, says(MailBounced, 2, 5), says(MailDelivered, 1, 6)), bounced},
		"it was sent again":              {sentAgain(mailed.told(t, says(MailBounced, 1, 5))), never},
		"the report came after that":     {sentAgain(mailed).told(t, says(MailBounced, 1, 8)), never},
		"that one bounced too":           {sentAgain(mailed.told(t, says(MailBounced, 1, 5))).told(t, MailReport{ID: again.ID, State: MailBounced, At: minute(9)}), minute(9)},
		"nobody is left to hear of it":   {mailed.told(t, says(MailBounced, 1, 5)).WithoutPerson(), never},
		"it is told when nobody is left": {mailed.WithoutPerson().told(t, says(MailBounced, 1, 5)), never},
	} {
		if got := c.order.BouncedSince(); !got.Equal(c.since) {
			t.Errorf("%s: since %s, want %s", name, got, c.since)
		}
	}
}

// TestWhatIsReportedIsBounded: how many mails are kept, and how long the reason is. What is in the future, or of another mail, is refused.
func TestWhatIsReportedIsBounded(t *testing.T) {
	o := mailed
	for i := range maxMails + 5 {
		o = o.told(t, says(MailBounced, i, i))
	}
	if len(o.Mails) != maxMails || o.Mails[0].ID != "e5.email.X" {
		t.Errorf("%d mails are kept, the first is %s", len(o.Mails), o.Mails[0].ID)
	}
	long := says(MailBounced, 1, 2)
	long.Reason = "550-5.1.1 no\r\n550\tsuch\x00mailbox\u202e \xff" + strings.Repeat("é", 500)
	kept := mailed.told(t, long).Mails[0].Reason
	if want := "550-5.1.1 no 550 such mailbox é"; !strings.HasPrefix(kept, want) || len([]rune(kept)) != MaxMailReason {
		t.Errorf("%d characters are kept: %q", len([]rune(kept)), kept)
	}
	if _, _, err := mailed.withReport(says(MailBounced, 1, 10), minute(1)); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("of the future: %v", err)
	}
	if _, _, err := mailed.withReport(MailReport{ID: "again.X.7", State: MailBounced, At: minute(1)}, afterAll); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("of a mail that was not sent: %v", err)
	}
}
