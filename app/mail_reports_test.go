package app_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/platform/fault"
)

const mailSecret = "what the mail provider signs with"

func reporting(c *app.Config) { c.MailSecret = []app.Secret{mailSecret} }

// reports says what became of a mail, as the mail provider does.
func (s *shop) reports(what, messageID, reason string) answer {
	s.Helper()
	body := fmt.Sprintf(`{"type":"mail.%s","data":{"messageId":%q,"at":%q,"reason":%q}}`, what, messageID, time.Now().Format(time.RFC3339Nano), reason)
	return s.call("POST", s.PublicURL+"/callbacks/mail", body, signed(s.T, mailSecret, body)...)
}

// fates are what is known of an order's mails, by GraphQL.
func (s *shop) fates(id int64) (all []string) {
	s.Helper()
	var got struct {
		Data struct {
			GetOrder struct {
				Mails []struct{ ID, Again, SentBy, State, Reason, At string }
			}
		}
	}
	s.call("POST", s.PrivateURL+"/database", map[string]any{"query": fmt.Sprintf(`{getOrder(id:%d){mails{id again sentBy state reason at}}}`, id)}).want(200).into(&got)
	for _, m := range got.Data.GetOrder.Mails {
		if (m.State == "") != (m.At == "") {
			s.Errorf("%+v", m)
		}
		all = append(all, strings.Join([]string{m.Again, m.SentBy, m.State, m.Reason}, "|"))
	}
	return all
}

// bouncesTold is what the alert about bounced mails says; "" when there is none.
func (s *shop) bouncesTold() string {
	for _, a := range s.alerts().Open {
		if strings.HasPrefix(a.ID, "mail-bounced/") {
			return a.What
		}
	}
	return ""
}

// TestAMailBounces: the simulated provider reports it, operators are told, and the alert ends when the address is corrected and the mail
// sent again. Erasing takes what the provider said away.
func TestAMailBounces(t *testing.T) {
	t.Parallel()
	withEachEngine(t, func(t *testing.T, engine func(*app.Config)) {
		s := start(t, engine)
		made := s.create(realOrder("Mistyped", "email", "bounce+ann@example.com"))
		id := made.OrderID
		want := fmt.Sprintf("Mail to order %d bounced: the customer does not hear of us", id)
		s.arrives(id, "STOCKED")
		s.eventually("the bounce is told", func() bool { return s.bouncesTold() == want })
		s.eventually("both mails bounced", func() bool {
			return slices.Equal(s.fates(id), []string{"||bounced|mailbox does not exist", "||bounced|mailbox does not exist"})
		})
		s.call("POST", s.PrivateURL+"/correctOrder", map[string]any{"orderId": id, "customer": map[string]any{"email": "confirm+ann@example.com"}, "reason": "the customer called"}).want(200)
		s.call("POST", s.PrivateURL+"/renewLink", map[string]any{"orderId": id}).want(200)
		s.eventually("the alert ends", func() bool { return s.bouncesTold() == "" })
		s.eventually("the mail has arrived", func() bool {
			all := s.fates(id)
			return len(all) == 3 && strings.HasSuffix(all[2], ".email.OrderDeliverable|local|delivered|")
		})
		s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": id}).want(200)
		s.eventually("it is erased", func() bool {
			return s.call("POST", s.PrivateURL+"/privacy/erase", map[string]any{"email": "confirm+ann@example.com", "reason": "asked"}).status == 200 && s.order(id).CustomerEmail == ""
		})
		if left := s.fates(id); len(left) != 0 {
			t.Errorf("erasing leaves %q", left)
		}
		clean(t, s.audited())
	})
}

// TestOnlyTheMailProviderReports what becomes of mails that the shop sent; of others nothing is known. A shop with a real mail
// server and without the secret takes no report.
func TestOnlyTheMailProviderReports(t *testing.T) {
	t.Parallel()
	s := start(t, reporting)
	made := s.create(realOrder("Reported", "email", "reported@example.com"))
	s.arrives(made.OrderID, "STOCKED")
	s.eventually("the mails are there", func() bool { return len(s.mails("reported@example.com")) == 2 })
	sent := s.mails("reported@example.com")[1].ID
	s.reports("delayed", "<"+sent+"@acme.example>", "try later").want(http.StatusNoContent)
	s.reports("bounced", sent, "no such mailbox").want(http.StatusNoContent)
	s.reports("bounced", sent, "no such mailbox").want(http.StatusNoContent)
	s.reports("bounced", "manual.unknown", "").refuses(fault.NotFound)
	s.reports("bounced", fmt.Sprintf("again.unknown.%d", made.OrderID), "").refuses(fault.NotFound)
	s.reports("bounced", "bulk.unknown.4711", "").refuses(fault.NotFound)
	s.reports("opened", sent, "").refuses(fault.Invalid)
	forged := fmt.Sprintf(`{"type":"mail.delivered","data":{"messageId":%q,"at":%q}}`, sent, time.Now().Format(time.RFC3339))
	s.call("POST", s.PublicURL+"/callbacks/mail", forged, signed(t, webhookSecret, forged)...).refuses(fault.Unauthorized)
	if got := s.fates(made.OrderID); !slices.Equal(got, []string{"||bounced|no such mailbox"}) {
		t.Errorf("%q", got)
	}
	if text := s.call("GET", s.PrivateURL+"/metrics", nil).want(200).body; !strings.Contains(string(text), `webshop_mail_reports_total{state="bounced"} 2`) {
		t.Error("the reports are not counted")
	}
	var page struct {
		Mails []struct{ ID, State, Reason, By string }
	}
	s.call("GET", fmt.Sprintf("%s/console/api/orders/%d", s.PrivateURL, made.OrderID), nil).want(200).into(&page)
	if len(page.Mails) != 1 || page.Mails[0].ID != sent || page.Mails[0].By != "mail" || page.Mails[0].Reason != "no such mailbox" {
		t.Errorf("the console has %+v", page.Mails)
	}

	closed := start(t, func(c *app.Config) { c.SMTPAddr, c.SMTPTLS, c.Simulate = "127.0.0.1:1", "none", nil })
	closed.reports("bounced", sent, "").refuses(fault.Unauthorized)
}
