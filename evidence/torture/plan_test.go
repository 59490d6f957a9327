package torture

import (
	"math/rand/v2"
	"testing"

	"acme.example/webshop/platform/crash"
)

func planned(points []crash.Point, kills, cuts int) (r Report) {
	t := &run{cfg: Config{Kills: kills, PowerCuts: cuts}, rng: rand.New(rand.NewPCG(1, 1)), points: points}
	for _, e := range t.plan() {
		r.count(e, true)
	}
	return r
}

func TestThePlanHasAllThatWasAskedFor(t *testing.T) {
	r := planned(crash.Points, 300, 100)
	if r.Kills != 300 || r.PowerCuts != 100 || r.Stops == 0 {
		t.Errorf("%d kills, %d power cuts, %d stops", r.Kills, r.PowerCuts, r.Stops)
	}
	for _, p := range crash.Points {
		if r.Points[p.Name] < 5 {
			t.Errorf("%d lives are to end at %s", r.Points[p.Name], p.Name)
		}
	}
	for _, how := range []string{atRandom, atStart, busWiped, diskFull, atRandom + ", power cut", atPoint + ", power cut"} {
		if r.Ends[how] == 0 {
			t.Errorf("no life is to end %s", how)
		}
	}
}

func TestWithoutCrashPointsLivesEndAtRandom(t *testing.T) {
	r := planned(nil, 20, 6)
	if len(r.Points) > 0 || r.Ends[busWiped] > 0 || r.Ends[atRandom] == 0 || r.Kills != 20 || r.PowerCuts != 6 {
		t.Errorf("%+v", r)
	}
}

func TestTheBoundIsTheRuleOfThree(t *testing.T) {
	for crashes, want := range map[int]float64{0: 1, 1: 0.95, 300: 0.00994, 400: 0.00746} {
		if got := bound(crashes); got < want-1e-5 || got > want+1e-5 {
			t.Errorf("%d crashes without a loss: %v, want %v", crashes, got, want)
		}
	}
}
