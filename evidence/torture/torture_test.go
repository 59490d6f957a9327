package torture

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"acme.example/webshop/platform/crash"
)

// build builds the command with the given tags.
func build(t *testing.T, tags string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "webshop")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", tags, "-o", binary, "acme.example/webshop/cmd/webshop").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return binary
}

func torture(t *testing.T, cfg Config) Report {
	t.Helper()
	var out bytes.Buffer
	cfg.Out, cfg.Dir = &out, t.TempDir()
	report, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	t.Log(out.String())
	return report
}

// TestEveryCrashPoint is the short torture: each crash point once, and one life that ends in each other way.
func TestEveryCrashPoint(t *testing.T) {
	if testing.Short() {
		t.Skip("a minute")
	}
	r := torture(t, Config{Binary: build(t, "crashpoints"), Seed: 1, Kills: len(crash.Points) + len(mix)})
	for _, p := range crash.Points {
		if r.Points[p.Name] == 0 {
			t.Errorf("no life ended at %s: %s", p.Name, p.Between)
		}
	}
	for _, how := range mix {
		if r.Ends[how] == 0 {
			t.Errorf("no life ended %s", how)
		}
	}
	if r.Acknowledged < 20 || r.Audited < 100*20 || r.Mails < 20 {
		t.Errorf("too little was tried: %+v", r)
	}
}

// TestPowerCuts needs root and a loop device. A normal build has no crash points: the power is cut at random.
func TestPowerCuts(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds")
	}
	dir := t.TempDir()
	disk, err := newVolume(dir, filepath.Join(dir, "data"))
	if errors.Is(err, ErrNotPossible) {
		t.Skip(err)
	}
	if err := errors.Join(err, disk.close()); err != nil {
		t.Fatal(err)
	}
	r := torture(t, Config{Binary: build(t, ""), Seed: 2, Kills: 2, PowerCuts: 4})
	if r.PowerCuts != 4 || r.Kills != 2 || len(r.Notes) == 0 {
		t.Errorf("%d power cuts and %d kills; notes %q", r.PowerCuts, r.Kills, r.Notes)
	}
}

func TestPowerCutsNeedRoot(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("this is root")
	}
	if _, err := newVolume(t.TempDir(), t.TempDir()); !errors.Is(err, ErrNotPossible) {
		t.Error(err)
	}
}
