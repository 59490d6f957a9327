package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/ref"
)

// whatBecameOfAMailIsKept with its order, which is found while its customer does not hear of us. Mails that the shop has not sent are
// not known.
func whatBecameOfAMailIsKept(t *testing.T, f *fixture) {
	o, other := f.created(), f.created()
	env := f.event(o.ID, event.TypeOrderCreated)
	id := ref.MessageID(env.ID, "email.OrderCreated")
	f.pass(time.Minute)
	bounced := email.Report{MessageID: id, State: "bounced", At: f.now(), Reason: "Zoë's mailbox\nis 'gone'"}
	for range 2 {
		f.must(f.ReportMail(ctx, bounced))
	}
	want := order.Mail{ID: id, SentAt: env.Time, State: order.MailBounced, At: f.now(), By: order.ByMailProvider, Reason: "Zoë's mailbox is 'gone'"}
	if kept := f.order(o.ID).Mails; len(kept) != 1 || kept[0] != want {
		t.Errorf("%+v, want %+v", kept, want)
	}
	f.doNotHear(o.ID)
	again := order.Mail{ID: ref.AgainID("x", o.ID), Again: id, SentBy: "ann"}
	for _, unknown := range []string{
		again.ID, ref.AgainID("x", 1<<30), ref.BulkID("x", 0), "again.", "manual.x", "", env.ID, env.ID + ".order.OrderCreated", env.ID + ".email.OrderPlaced",
		strings.ToUpper(env.ID) + ".email.OrderCreated", "urn:uuid:" + id, "{" + env.ID + "}.email.OrderCreated", "é'\x00.email.OrderCreated",
	} {
		f.wantCode(f.ReportMail(ctx, email.Report{MessageID: unknown, State: "bounced", At: f.now()}), fault.NotFound)
	}
	for range 2 {
		f.must(f.MailSentAgain(ctx, o.ID, again))
	}
	f.doNotHear()
	f.pass(time.Minute)
	f.must(f.ReportMail(ctx, email.Report{MessageID: again.ID, State: "bounced", At: f.now()}))
	f.must(f.ReportMail(ctx, email.Report{MessageID: ref.MessageID(f.event(other.ID, event.TypeOrderCreated).ID, "email.OrderCreated"), State: "delayed", At: f.now()}))
	f.doNotHear(o.ID)
	if kept := f.order(o.ID).Mails; len(kept) != 2 || kept[1].SentBy != "ann" || kept[1].Again != id || kept[1].State != order.MailBounced {
		t.Errorf("%+v", kept)
	}
	f.wantCode(f.MailSentAgain(ctx, 1<<30, again), fault.NotFound)
}

// doNotHear wants the orders whose customers do not hear of us.
func (f *fixture) doNotHear(want ...int64) {
	f.Helper()
	bounced, err := f.Bounced(ctx, f.now().Add(-time.Hour), 10)
	f.must(err)
	var found []int64
	for _, w := range bounced {
		found = append(found, w.OrderID)
	}
	if old, err := f.Bounced(ctx, f.now(), 10); !slices.Equal(found, want) || err != nil || len(old) != 0 {
		f.Errorf("%v do not hear of us, and from now on %v, %v; want %v", found, old, err, want)
	}
}
