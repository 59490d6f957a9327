//go:build browser

package browsertest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/fetch"
)

func TestALostAnswerMakesNoSecondOrder(t *testing.T) {
	t.Parallel()
	s := start(t)
	p, c := s.ready("en-US")
	lost := p.cut("/createOrder", atResponse, 1)
	id := p.order()
	if lost.Load() < 2 {
		t.Errorf("the page asked %d times", lost.Load())
	}
	s.arrives(id, "STOCKED")
	s.wantOneOrder(c.email())
}

func TestALostRequestIsSentAgain(t *testing.T) {
	t.Parallel()
	s := start(t)
	p, c := s.ready("en-US")
	p.cut("/createOrder", atRequest, 2)
	s.arrives(p.order(), "STOCKED")
	s.wantOneOrder(c.email())
}

// TestNoAnswerEver: every answer is lost until the page gives up; the customer tries again, and it is the same order.
func TestNoAnswerEver(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		p.cut("/createOrder", atResponse, 1_000_000)
		p.click("#submit")
		p.says("#progress", p.word("form.slow"))
		p.audit("order that takes long")
		p.problem("problem.unreachable")
		p.wantTyped(c)
		p.audit("order without an answer")
		p.mend()
		s.arrives(p.order(), "STOCKED")
		s.wantOneOrder(c.email())
		if badge := p.text("#badge"); badge != "" {
			t.Errorf("after the order, the badge says %q", badge)
		}
	})
}

// TestAReloadMakesNoSecondOrder: the page is reloaded after the shop has made the order and before its answer.
func TestAReloadMakesNoSecondOrder(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		release := p.hold("/createOrder")
		p.click("#submit")
		p.until(`document.querySelector("#order").getAttribute("aria-busy") === "true"`)
		eventually(t, "the shop has the order", func() bool { return s.done("stockist") == 1 })
		p.reload()
		p.says("#progress", p.word("problem.finding-out"))
		p.wantTyped(c)
		p.audit("finding out about an order")
		release()
		p.at("/success")
		s.wantOneOrder(c.email())
	})
}

// TestAReloadWhileThePaymentRuns: the page is reloaded before the shop itself knows the order's outcome.
func TestAReloadWhileThePaymentRuns(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		s.turn("payments-us", map[string]any{"latency": 3000})
		s.turn("payments-mx", map[string]any{"latency": 3000})
		p.expect("status of 409", "ERR_ABORTED", "Problem: ")
		p.click("#submit")
		p.until(`document.querySelector("#order").getAttribute("aria-busy") === "true"`)
		eventually(t, "the shop has the order", func() bool { return s.asked("payments-us")+s.asked("payments-mx") > 0 })
		p.reload()
		p.at("/success")
		s.wantOneOrder(c.email())
	})
}

// TestAnOrderThatChangedMeanwhile: the first order's answer is lost, and the customer orders something else: the first
// one is resolved first, and the second is not sent.
func TestAnOrderThatChangedMeanwhile(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		p.cut("/createOrder", atResponse, 5)
		p.click("#submit")
		p.problem("problem.unreachable")
		p.click(`[data-part="more-BB001"]`)
		p.says("#badge", "3")
		s.arrives(p.order(), "STOCKED")
		p.says("#earlier", p.word("success.earlier"))
		p.says("#badge", "3")
		p.audit("thanks for the earlier order")
		s.wantOneOrder(c.email())
	})
}

// TestARepetitionThatIsTurnedAwayMakesNoSecondOrder: the first answer is lost, and the answer to the repetition comes
// from a rate limit or a proxy and says nothing about the order. The page repeats it with the same key.
func TestARepetitionThatIsTurnedAwayMakesNoSecondOrder(t *testing.T) {
	for name, a := range map[string]answered{
		"rate limit":             {http.StatusTooManyRequests, "1", `{"type":"/problems/too-many-requests","status":429,"detail":"too many"}`},
		"proxy forbids":          {http.StatusForbidden, "", "<h1>Forbidden</h1>"},
		"proxy finds nothing":    {http.StatusNotFound, "", "{}"},
		"proxy was kept waiting": {http.StatusRequestTimeout, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			p, c := s.ready("en-US")
			p.expect("ERR_CONNECTION_RESET", "status of 4", "Problem: ")
			asked := p.disturb("/createOrder", answered{}, a)
			s.arrives(p.order(), "STOCKED")
			if n := asked.Load(); n != 3 {
				t.Errorf("the page asked %d times", n)
			}
			s.wantOneOrder(c.email())
		})
	}
}

// TestAnOutdatedOrderIsNotSentAgain: the page stays open for so long that the shop may have deleted the order's key. The
// customer is told, and what is ordered after that is another order.
func TestAnOutdatedOrderIsNotSentAgain(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		asked := p.cut("/createOrder", atRequest, 1_000_000)
		p.click("#submit")
		p.problem("problem.unreachable")
		before := asked.Load()
		p.inJS(`localStorage.setItem("acme.attempt", JSON.stringify({ ...JSON.parse(localStorage.getItem("acme.attempt")), at: Date.now() - 7200000 }))`)
		p.expect("Problem: outdated")
		p.click("#submit")
		_, words, _ := strings.Cut(p.word("problem.unresolved"), "{time}")
		p.says("#order-problem", words)
		p.idle()
		p.audit("order that is too old to be sent again")
		p.wantTyped(c)
		if n := asked.Load(); n != before {
			t.Errorf("the page asked %d times more", n-before)
		}
		p.mend()
		s.arrives(p.order(), "STOCKED")
		s.wantOneOrder(c.email())
	})
}

// TestAnOrderCanBeLetGo: something between page and shop keeps giving answers that say nothing about the order.
func TestAnOrderCanBeLetGo(t *testing.T) {
	inBothLanguages(t, func(t *testing.T, language string) {
		s := start(t)
		p, c := s.ready(language)
		p.expect("status of 403", "Problem: ")
		p.intercept("/createOrder", atRequest, func(id fetch.RequestID) { p.answer(id, answered{http.StatusForbidden, "", "<h1>Forbidden</h1>"}) })
		p.click("#submit")
		p.problem("problem.unavailable")
		p.audit("order that can be let go")
		p.click("#let-go")
		_, words, _ := strings.Cut(p.word("problem.unresolved"), "{time}")
		p.says("#order-problem", words)
		p.mend()
		p.click(`[data-part="more-BB001"]`)
		p.says("#badge", "3")
		s.arrives(p.order(), "STOCKED")
		s.wantOneOrder(c.email())
	})
}

// TestThePageAsksNoSoonerThanItMay: Retry-After is an hour, which is longer than a customer waits.
func TestThePageAsksNoSoonerThanItMay(t *testing.T) {
	t.Parallel()
	s := start(t)
	p, c := s.ready("en-US")
	p.expect("ERR_CONNECTION_RESET", "status of 429", "Problem: ")
	asked := p.disturb("/createOrder", answered{}, answered{http.StatusTooManyRequests, "3600", `{"type":"/problems/too-many-requests"}`})
	p.click("#submit")
	p.problem("problem.unavailable")
	p.wantTyped(c)
	if n := asked.Load(); n != 2 {
		t.Errorf("the page asked %d times", n)
	}
	s.arrives(p.order(), "STOCKED")
	s.wantOneOrder(c.email())
}
