//go:build browser

package browsertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/fetch"
)

// choosing opens the delivery page of an order that can be delivered.
func (s *shop) choosing(language string) (*tab, created) {
	s.Helper()
	made := s.stocked("Chooser", home[language])
	p := s.visit(desktop, language)
	p.goTo(s.deliveryPage(made.OrderID))
	p.view("choose")
	return p, made
}

// pick selects a delivery time by its position.
func (p *tab) pick(at string) {
	p.Helper()
	p.click(`.slot input[value="` + at + `"]`)
	p.until(`document.querySelector(".slot input:checked")?.value === %s && !document.querySelector("#book").disabled`, at)
}

func TestDeliveryTimesAreThoseOfTheMarket(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, _ := s.choosing(language)
		zone := map[string]string{"en-US": "Eastern Time", "es-MX": "hora estándar central"}[language]
		p.says("#zone", zone)
		days := map[string]int{"US": 9, "MX": 8}[home[language]] // ten days without Sundays; or without weekends, as few as seven
		if got := js[int](p, `document.querySelectorAll("fieldset.day").length`); got > days || got < days-1 {
			t.Errorf("%d days, want about %d", got, days)
		}
		want := map[string]string{"en-US": "9:00 AM", "es-MX": "10:00 a.m."}[language]
		p.says(".times label", want)
		if got := js[int](p, `document.querySelectorAll(".slot").length`); got != len(s.times(home[language])) {
			t.Errorf("%d times on the page, %d are free", got, len(s.times(home[language])))
		}
	})
}

// TestTheNextFreeTimeIsToldBeforePaying, and not one that is taken.
func TestTheNextFreeTimeIsToldBeforePaying(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, selling(t, "capacity: 20", "capacity: 1", "capacity: 15", "capacity: 1"))
		s.book(s.stocked("Quicker", home[language]).OrderID, s.times(home[language])[0])
		p := s.visit(phone, language)
		p.add("BB001")
		p.toCart()
		second := map[string]string{"en-US": "12:00 PM", "es-MX": "1:00 p.m."}[language]
		before, after, _ := strings.Cut(p.word("cart.earliest", "hour", second), "{day}")
		p.says("#earliest", before)
		p.says("#earliest", after)
	})
}

func TestATimeThatWasTakenMeanwhile(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t, selling(t, "capacity: 20", "capacity: 1", "capacity: 15", "capacity: 1"))
		other := s.stocked("Quicker", home[language])
		p, made := s.choosing(language)
		p.expect("status of 409", "Problem: this delivery time has just been taken")
		free := s.times(home[language])
		p.pick(free[0])
		s.book(other.OrderID, free[0])
		p.click("#book")
		p.says("#taken", p.word("delivery.taken"))
		p.until(`document.activeElement.id === "taken"`)
		p.audit("time that was taken meanwhile")
		if js[bool](p, `Boolean(document.querySelector(%s))`, `.slot input[value="`+free[0]+`"]`) {
			t.Error("the time is still on offer")
		}
		p.pick(free[1])
		p.click("#book")
		p.view("booked")
		if o := s.arrives(made.OrderID, "DELIVERY_BOOKED"); o.DeliveryTime != free[1] {
			t.Errorf("booked %s, want %s", o.DeliveryTime, free[1])
		}
	})
}

func TestAnOrderThatIsBookedAlready(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, made := s.choosing(language)
		p.expect("status of 409", "Problem: the order has a delivery time already")
		free := s.times(home[language])
		p.pick(free[0])
		chosen := p.text("#chosen")
		s.book(made.OrderID, free[1])
		p.click("#book")
		p.view("already")
		if when := p.text("#already-when"); when == "" || when == chosen {
			t.Errorf("the page says %q is booked", when)
		}
		p.audit("booked already")
		when := p.text("#already-when")
		p.reload()
		p.view("already")
		p.says("#already-when", when)
	})
}

// TestARefusedBookingIsNeverShownAsBooked, whoever refuses it and in whatever form: the shop, a proxy or a portal in
// between.
func TestARefusedBookingIsNeverShownAsBooked(t *testing.T) {
	problem := func(kind string, status int) answered {
		return answered{status: status, body: fmt.Sprintf(`{"type":"/problems/%s","status":%d}`, kind, status)}
	}
	s := start(t)
	p, made := s.choosing("en-US")
	p.expect("status of ", "Problem: ")
	at := s.times("US")[0]
	replaced := make(chan answered, 1)
	p.intercept("/bookDelivery", atRequest, func(id fetch.RequestID) {
		if a := <-replaced; a.status != 0 { // else it is never answered
			p.answer(id, a)
		}
	})
	refused := func(a answered, view string) {
		t.Helper()
		p.goTo(s.deliveryPage(made.OrderID))
		p.view("choose")
		p.pick(at)
		if a.status == 0 {
			p.inJS(`{ const timeout = AbortSignal.timeout.bind(AbortSignal); AbortSignal.timeout = () => timeout(500); }`)
		}
		replaced <- a
		p.click("#book")
		p.view(view)
		if view == "choose" {
			p.until(`document.querySelector("#book").getAttribute("aria-disabled") !== "true"`)
			if p.text("#problem")+p.text("#taken") == "" {
				t.Errorf("%d %s: nothing is said", a.status, a.body)
			}
		}
		if p.text(`[data-view="booked"]`) != "" || s.order(made.OrderID).DeliveryTime != "" {
			t.Errorf("%d %s: the order is booked", a.status, a.body)
		}
	}
	for _, a := range []answered{
		problem("malformed", 400), problem("invalid", 400), problem("invalid", 422), problem("forbidden", 403), problem("slot-taken", 409), problem("not-ready", 409),
		problem("limit-reached", 409), problem("too-many-requests", 429), problem("internal", 500), problem("unavailable", 503),
		{status: 400, body: `"a text, as the seed says it"`}, {status: 401, body: "<h1>Log in</h1>"}, {status: 403}, {status: 409, body: "{}"}, {status: 504, body: "late"},
		{status: 200, body: "<h1>Welcome to our network</h1>"}, {status: 200, body: "{}"}, {status: 200, body: `"SUCCESS"`}, {status: 200, body: "null"}, {status: 200, body: "[]"},
		{status: 200, body: `{"deliveryTime":null}`}, {status: 200, body: `{"deliveryTime":"` + at + `0"}`}, {status: 200, body: `{"deliveryTime":"`}, {status: 204}, {},
	} {
		refused(a, "choose")
	}
	refused(problem("unauthorized", 401), "bad-link")
	refused(problem("not-found", 404), "bad-link")
	p.mend()
	p.goTo(s.deliveryPage(made.OrderID))
	p.view("choose")
	p.pick(at)
	p.click("#book")
	p.view("booked")
	s.arrives(made.OrderID, "DELIVERY_BOOKED")
}

// TestALostBookingIsNotBookedTwice: the answer is lost, and the customer books the same time again.
func TestALostBookingIsNotBookedTwice(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, made := s.choosing(language)
		p.cut("/bookDelivery", atResponse, 1)
		at := s.times(home[language])[0]
		p.pick(at)
		p.click("#book")
		p.says("#problem", p.word("delivery.problem"))
		p.audit("booking without an answer")
		p.click("#book")
		p.view("booked")
		if o := s.arrives(made.OrderID, "DELIVERY_BOOKED"); o.DeliveryTime != at {
			t.Errorf("booked %s, want %s", o.DeliveryTime, at)
		}
		eventually(t, "a van is ordered", func() bool { return s.done("carrier") == 1 })
	})
}

func TestLinksThatOpenNoOrder(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Linked", home[language])
		key := s.deliveryKey(made.OrderID, time.Now())
		p := s.visit(desktop, language)
		p.expect("status of 401", "status of 400", "Problem: ")
		for name, path := range map[string]string{
			"none": "/delivery", "the number": "/delivery?order=1", "cut": "/delivery?order=" + key[:len(key)-3],
			"stale": "/delivery?order=" + s.deliveryKey(made.OrderID, time.Now().AddDate(0, 0, -2)), "of another page": "/order?key=" + key,
			"no key": "/order", "too long": "/order?key=" + key + key + key + key,
		} {
			p.goTo(path)
			p.view("bad-link")
			p.says("main", p.word("link.bad"))
			if t.Failed() {
				t.Logf("the link: %s", name)
			}
		}
		p.audit("order with a wrong link")
		p.goTo("/delivery?order=1")
		p.audit("delivery with a wrong link")
	})
}

func TestAnOrderThatIsNotReadyYet(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		s.turn("stockist", map[string]any{"answerLater": 3_600_000})
		made := s.create("Early Bird", home[language])
		s.arrives(made.OrderID, "PLACED")
		p := s.visit(desktop, language)
		p.goTo(s.deliveryPage(made.OrderID))
		p.view("early")
		p.says("main", p.word("delivery.early"))
		p.audit("delivery of an order that is not ready")
	})
}

func TestAnOrderThatWasCancelled(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, made := s.choosing(language)
		p.expect("status of 409", "Problem: the order is CANCELLED")
		p.pick(s.times(home[language])[0])
		s.cancel(made.OrderID)
		p.click("#book") // the page finds out only now
		p.view("cancelled")
		p.says("main", p.word("delivery.cancelled"))
		p.audit("delivery of a cancelled order")
		p.reload()
		p.view("cancelled")
	})
}

func TestNoFreeTimes(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		everyDay := "[mon, tue, wed, thu, fri, sat, sun]"
		s := start(t, selling(t, "days: 10", "days: 1", "[mon, tue, wed, thu, fri, sat]", everyDay, "[mon, tue, wed, thu, fri]", everyDay,
			`["09:00", "12:00", "15:00", "18:00"], capacity: 20`, `["12:00"], capacity: 1`,
			`["10:00", "13:00", "16:00"], capacity: 15`, `["13:00"], capacity: 1`))
		other := s.stocked("First Come", home[language])
		made := s.stocked("Too Late", home[language])
		s.book(other.OrderID, s.times(home[language])[0])
		p := s.visit(desktop, language)
		p.goTo(s.deliveryPage(made.OrderID))
		p.view("full")
		p.audit("no free times")
	})
}

func TestDeliveryTimesThatCannotBeFetched(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		made := s.stocked("Patient", home[language])
		p := s.visit(desktop, language)
		p.cut("/deliveryTimes", atRequest, 1)
		p.goTo(s.deliveryPage(made.OrderID))
		p.view("unreachable")
		p.audit("delivery without an answer")
		p.click(`[data-view="unreachable"] [data-retry]`)
		p.view("choose")
	})
}
