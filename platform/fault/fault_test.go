package fault

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestEveryCodeHasItsProblem(t *testing.T) {
	for code, kind := range kinds {
		err := fmt.Errorf("outer: %w", Wrap(errors.New("password=hunter2"), code, "public words"))
		if CodeOf(err) != code {
			t.Errorf("%s became %s", code, CodeOf(err))
		}
		answer := httptest.NewRecorder()
		Write(answer, err)
		var p Problem
		if err := json.Unmarshal(answer.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if answer.Code != kind.status || p.Status != kind.status || p.Title == "" || p.Detail != "public words" || p.Type != "/problems/"+string(code) {
			t.Errorf("%s: %d %s", code, answer.Code, answer.Body)
		}
		if strings.Contains(answer.Body.String(), "hunter2") || !strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the cause belongs in the log and not in the answer: %s", code, answer.Body)
		}
	}
}

func TestAnUnknownErrorTellsNothing(t *testing.T) {
	p := ProblemOf(errors.New("table orders is locked"))
	if p.Status != 500 || strings.Contains(p.Detail, "orders is") || CodeOf(errors.New("x")) != Internal || CodeOf(nil) != "" {
		t.Errorf("%+v", p)
	}
}

func TestOnlyWhatMayPassIsTriedAgain(t *testing.T) {
	for err, permanent := range map[error]bool{
		nil: false, errors.New("x"): false, New(Unavailable, "x"): false, New(InDoubt, "x"): false, New(TooMany, "x"): false,
		New(Invalid, "x"): true, New(Conflict, "x"): true, New(NotFound, "x"): true, New(Declined, "x"): true,
	} {
		if Permanent(err) != permanent {
			t.Errorf("Permanent(%v) = %v", err, !permanent)
		}
	}
}

func TestRetryAfterIsInWholeSeconds(t *testing.T) {
	e := New(Unavailable, "x")
	e.RetryAfter = 1500 * time.Millisecond
	if got := e.GetHeaders().Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After: %s", got)
	}
}
