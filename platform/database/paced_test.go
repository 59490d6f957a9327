package database

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestACostlyQuestionIsAskedRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p Paced[int]
		asked, cost := 0, time.Second
		ask := func() (int, error) { time.Sleep(cost); asked++; return asked, nil }
		for range 60 {
			if _, err := p.Get(ask); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if asked != 2 {
			t.Errorf("a question that takes a second was asked %d times in 60 seconds", asked)
		}
		time.Sleep(pace * time.Second)
		cost = 0
		for range 10 {
			if got, _ := p.Get(ask); got != asked {
				t.Errorf("got %d after asking %d times", got, asked)
			}
		}
		if asked != 12 {
			t.Errorf("a question that costs nothing was asked %d times, want each time", asked)
		}
		if _, err := p.Get(func() (int, error) { time.Sleep(time.Second); return 0, errors.New("locked") }); err == nil {
			t.Error("an error is kept for itself")
		}
		if got, _ := p.Get(ask); got != 13 {
			t.Error("an error is taken for an answer")
		}
	})
}
