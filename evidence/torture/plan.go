package torture

// How a life can end.
const (
	atRandom  = "at random"
	atStart   = "while it started"
	atPoint   = "at a crash point"
	afterStop = "stopped (SIGTERM)"
	busWiped  = "after its bus was wiped"
	diskFull  = "after its disk was full"
)

// end is how one life should end.
type end struct {
	how   string
	point string // if how is atPoint
	cut   bool   // the disk's power is cut too
}

func (e end) String() string {
	text := "killed " + e.how
	switch {
	case e.point != "":
		text = "killed at " + e.point
	case e.how == afterStop:
		text = e.how
	}
	if e.cut {
		text += ", power cut"
	}
	return text
}

// mix is how lives end after the first round of crash points.
var mix = []string{atRandom, atPoint, atStart, atPoint, busWiped, atPoint, atRandom, busWiped, atPoint, diskFull}

// plan lists how all lives end: each crash point at least once if there are enough kills, then a mixture.
func (t *run) plan() (all []end) {
	next := t.eachPoint()
	for i := range t.cfg.Kills {
		how := mix[i%len(mix)]
		if i < len(t.points) {
			how = atPoint
		}
		all = append(all, t.ending(how, next))
	}
	for i := range t.cfg.PowerCuts {
		e := t.ending([]string{atRandom, atRandom, atPoint}[i%3], next)
		e.cut = true
		all = append(all, e)
	}
	for range 1 + len(all)/20 {
		all = append(all, end{how: afterStop})
	}
	t.rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// ending returns an end of a kind. Without crash points it is random instead.
func (t *run) ending(how string, nextPoint func() string) end {
	needsPoints := how == atPoint || how == busWiped
	if needsPoints && len(t.points) == 0 {
		how = atRandom
	}
	if how == atPoint {
		return end{how: how, point: nextPoint()}
	}
	return end{how: how}
}

// eachPoint returns the points in turn.
func (t *run) eachPoint() func() string {
	i := -1
	return func() string {
		i++
		return t.points[i%len(t.points)].Name
	}
}
