package systemtest

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestPlainLinesNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := newProgress(Config{Out: &out})
		p.start("created", 25)
		for range 25 {
			time.Sleep(100 * time.Millisecond)
			p.add(1)
		}
		p.end()
		want := "created 10 of 25\ncreated 20 of 25\ncreated 25 of 25 in 2.5s\n"
		if out.String() != want {
			t.Errorf("got %q\nwant %q", out.String(), want)
		}
	})
}

func TestBarOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		cfg := dozen(t)
		cfg.Out, cfg.Terminal = &out, true
		got, err := run(t.Context(), cfg, inMemory{&fakeShop{bookAfter: time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		text, found := strings.CutSuffix(out.String(), got.String())
		if !found {
			t.Errorf("no summary at the end of %q", text)
		}
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		if len(lines) != 2 {
			t.Fatalf("not one line for each phase: %q", lines)
		}
		for i, phase := range []string{"created", "delivered"} {
			last := lines[i][strings.LastIndex(lines[i], "\r")+1:]
			if !strings.HasPrefix(last, phase) || !strings.Contains(last, "100%") || !strings.Contains(last, "12/12") {
				t.Errorf("bar %q", last)
			}
		}
	})
}

func TestPhaseOfNothing(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(Config{Out: &out, Terminal: true})
	p.start("delivered", 0)
	p.end()
	if out.String() != "\n" {
		t.Errorf("%q", out.String())
	}
}
