package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

func (f *fixture) activate(w database.RulesWish) database.RulesActivation {
	f.Helper()
	a, err := f.ActivateRules(ctx, w)
	if err != nil {
		f.Fatal(err)
	}
	return a
}

// brings returns a wish for a new version.
func brings(text string, expect int64) database.RulesWish {
	return database.RulesWish{Expect: expect, Author: "ann", New: &database.RulesVersion{Text: text, Format: 1, Note: "about " + text[:1]}}
}

func rulesAreKeptInVersions(t *testing.T, f *fixture) {
	if active, err := f.ActiveRules(ctx); err != nil || active != 0 {
		t.Errorf("before the first: version %d, %v", active, err)
	}
	long := "long é 🌵 \"'\\\n" + strings.Repeat("x", 300<<10)
	var want []database.RulesVersion
	for i, text := range []string{"a: 1\n", long, "c"} {
		f.pass(time.Minute)
		a := f.activate(brings(text, int64(i)))
		if diff := cmp.Diff(database.RulesActivation{ID: int64(i) + 1, Version: int64(i) + 1, Author: "ann", At: f.now(), Before: int64(i)}, a); diff != "" {
			t.Error(diff)
		}
		if active, err := f.ActiveRules(ctx); err != nil || active != a.Version {
			t.Errorf("version %d is active: %v", active, err)
		}
		want = append(want, database.RulesVersion{Version: a.Version, Text: text, Format: 1, Author: "ann", Note: "about " + text[:1], CreatedAt: f.now()})
	}
	for i, v := range want {
		got, err := f.RulesOf(ctx, v.Version)
		if diff := cmp.Diff(v, got); diff != "" || err != nil {
			t.Error(err, diff)
		}
		want[i].Text = ""
	}
	slices.Reverse(want)
	listed, err := f.ListRules(ctx, 2)
	if diff := cmp.Diff(want[:2], listed); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for _, none := range []int64{0, -1, 4} {
		_, err = f.RulesOf(ctx, none)
		f.wantCode(err, fault.NotFound)
	}
}

func rulesGoBack(t *testing.T, f *fixture) {
	_, err := f.ActivateRules(ctx, database.RulesWish{Back: true})
	f.wantCode(err, fault.Conflict)
	for i := range int64(3) {
		f.activate(brings(fmt.Sprint(i), i))
	}
	back := func(expect int64) database.RulesWish { return database.RulesWish{Expect: expect, Back: true} }
	again := func(version, expect int64) database.RulesWish {
		return database.RulesWish{Version: version, Expect: expect}
	}
	active := int64(3)
	for i, c := range []struct {
		wish database.RulesWish
		want int64
	}{
		{back(3), 2}, {back(2), 1}, // twice goes back further
		{again(3, 1), 3}, {again(2, 3), 2}, {back(2), 3}, {back(3), 1},
		{brings("new", 1), 4}, {back(4), 1},
	} {
		if active = f.activate(c.wish).Version; active != c.want {
			t.Errorf("step %d: version %d is active, not %d", i, active, c.want)
		}
	}
	for name, c := range map[string]struct {
		wish database.RulesWish
		want fault.Code
	}{
		"nothing to go back to": {back(1), fault.Conflict}, "active already": {again(1, 1), fault.Conflict},
		"no such version": {again(9, 1), fault.NotFound}, "another one is active": {again(2, 3), fault.Conflict},
		"a new one when another one is active": {brings("x", 0), fault.Conflict}, "back from another one": {back(2), fault.Conflict},
	} {
		if _, err := f.ActivateRules(ctx, c.wish); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := f.ListRules(ctx, 100); err != nil || len(all) != 4 {
		t.Errorf("%d versions, %v: what was refused was stored", len(all), err)
	}
	all, err := f.Activations(ctx, 3)
	if err != nil || len(all) != 3 || all[0].ID != 11 || all[0].Version != 1 || all[1].Version != 4 || all[2].ID != 9 {
		t.Errorf("%+v, %v", all, err)
	}
}

func oneOfManyActivations(t *testing.T, f *fixture) {
	f.activate(brings("first", 0))
	var group sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		group.Go(func() { _, errs[i] = f.ActivateRules(ctx, brings(fmt.Sprint(i), 1)) })
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			f.wantCode(err, fault.Conflict)
		}
	}
	all, err := f.ListRules(ctx, 100)
	active, err2 := f.ActiveRules(ctx)
	if won != 1 || len(all) != 2 || active != 2 || err != nil || err2 != nil {
		t.Errorf("%d won, %d versions, %d is active; %v, %v", won, len(all), active, err, err2)
	}
}

func whatAReaderCannotReadIsNotActivated(t *testing.T, f *fixture) {
	attend := func(name string, format int64, d time.Duration) {
		f.Helper()
		if err := f.AttendRules(ctx, database.RulesReader{Name: name, Format: format, Until: f.now().Add(d)}); err != nil {
			t.Fatal(err)
		}
	}
	f.activate(brings("first", 0))
	attend("new-one", 2, time.Minute)
	attend("old-one", 1, time.Minute)
	later := database.RulesWish{Expect: 1, New: &database.RulesVersion{Text: "x", Format: 2}}
	if _, err := f.ActivateRules(ctx, later); fault.CodeOf(err) != fault.Conflict || !strings.Contains(err.Error(), "old-one") {
		t.Errorf("the old process is not told: %v", err)
	}
	readers, err := f.RulesReaders(ctx, f.now())
	if err != nil || len(readers) != 2 || readers[0].Name != "new-one" || readers[1] != (database.RulesReader{Name: "old-one", Format: 1, Until: f.now().Add(time.Minute)}) {
		t.Errorf("%+v, %v", readers, err)
	}
	f.pass(30 * time.Second)
	attend("new-one", 2, time.Minute)
	f.pass(30 * time.Second) // the old one's attendance has expired
	f.activate(later)
	attend("old-one", 1, time.Minute) // it returns
	f.activate(database.RulesWish{Expect: 2, Back: true})
	for _, wish := range []database.RulesWish{{Expect: 1, Version: 2}, {Expect: 1, New: later.New}} {
		if _, err := f.ActivateRules(ctx, wish); fault.CodeOf(err) != fault.Conflict || !strings.Contains(err.Error(), "old-one") {
			t.Errorf("%+v: %v", wish, err)
		}
	}
	attend("old-one", 1, 0) // it leaves
	f.activate(database.RulesWish{Expect: 1, Version: 2})
}
