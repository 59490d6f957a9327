package ops

import (
	"math"
	"time"
)

const (
	// bucketSpan is the length of a bucket, historySpan how long buckets are kept.
	bucketSpan  = 5 * time.Minute
	historySpan = 7 * 24 * time.Hour
	// fewKnown is up to how many outcomes the usual share is unknown.
	fewKnown = 100
	// youngLeast and youngShare are the limits while the usual share is unknown.
	youngLeast, youngShare = 6, 0.75
	// surprise is how unlikely chance must be: less than one in a million, as a natural logarithm.
	surprise = 13.5
	// recentSpan and recentLeast are the recent outcomes that must still be unusual.
	recentSpan, recentLeast = 15 * time.Minute, 8
)

// windows are the periods over which outcomes are added up: short for large shops, long for small ones.
var windows = []time.Duration{5 * time.Minute, 15 * time.Minute, 2 * time.Hour, 24 * time.Hour}

// tally counts outcomes, and the bad ones among them.
type tally struct {
	at       time.Time // start of the bucket, or of the first one with a bad outcome
	bad, all int
}

func (t tally) share() float64 { return min(float64(t.bad)/float64(max(t.all, 1)), 1) }

// limits define what is unusual.
type limits struct {
	least int     // bad outcomes
	times float64 // the usual share
}

// history has a week of buckets of one kind, oldest first.
type history struct {
	buckets []tally
	sum     tally     // of all buckets
	from    time.Time // earlier outcomes no longer count
}

// add counts outcomes of a time, which may be earlier than the known ones.
func (h *history) add(at time.Time, bad, all int) {
	at = at.Truncate(bucketSpan)
	h.sum.bad, h.sum.all = h.sum.bad+bad, h.sum.all+all
	i := len(h.buckets)
	for i > 0 && h.buckets[i-1].at.After(at) {
		i--
	}
	if i > 0 && h.buckets[i-1].at.Equal(at) {
		h.buckets[i-1].bad += bad
		h.buckets[i-1].all += all
		return
	}
	h.buckets = append(h.buckets, tally{})
	copy(h.buckets[i+1:], h.buckets[i:])
	h.buckets[i] = tally{at, bad, all}
}

// forget drops buckets older than a week.
func (h *history) forget(now time.Time) {
	for len(h.buckets) > 0 && now.Sub(h.buckets[0].at) > historySpan {
		h.sum.bad, h.sum.all = h.sum.bad-h.buckets[0].bad, h.sum.all-h.buckets[0].all
		h.buckets = h.buckets[1:]
	}
}

// since adds up the buckets that begin at a time or later.
func (h *history) since(from time.Time) (sum tally) {
	for i := len(h.buckets) - 1; i >= 0 && !h.buckets[i].at.Before(from); i-- {
		b := h.buckets[i]
		if b.bad > 0 || sum.at.IsZero() {
			sum.at = b.at
		}
		sum.bad, sum.all = sum.bad+b.bad, sum.all+b.all
	}
	return sum
}

// recent adds up the newest buckets: all of the last minutes, and as many more as make some outcomes.
func (h *history) recent(now time.Time) (sum tally) {
	for i := len(h.buckets) - 1; i >= 0; i-- {
		b := h.buckets[i]
		if sum.all >= recentLeast && now.Sub(b.at) > recentSpan {
			break
		}
		sum = tally{b.at, sum.bad + b.bad, sum.all + b.all}
	}
	return sum
}

// finding is an unusual share.
type finding struct {
	tally
	usual float64 // negative: unknown
}

// unusual returns the window in which there are more bad outcomes than usual, and than chance explains. Once recent
// outcomes are not unusual any more, earlier ones no longer count.
func (h *history) unusual(now time.Time, l limits) (f finding, is bool) {
	for _, window := range windows {
		within := h.since(now.Add(-window))
		before := tally{bad: h.sum.bad - within.bad, all: h.sum.all - within.all}
		if f = (finding{within, usual(before)}); now.Add(-window).Before(h.from) {
			f.tally = h.since(h.from)
		}
		if !f.exceeds(l) {
			continue
		}
		if h.recent(now).share() < f.limit(l) {
			h.from = now.Truncate(bucketSpan).Add(bucketSpan)
			return finding{}, false
		}
		return f, true
	}
	return finding{}, false
}

// usual returns the share of bad outcomes, including its error; negative if too little is known.
func usual(before tally) float64 {
	if before.all < fewKnown {
		return -1
	}
	bad := float64(before.bad)
	return min((bad+math.Sqrt(bad)+1)/float64(before.all), 0.99)
}

// limit returns the share above which outcomes are unusual: a multiple of the usual one, or halfway from it to all.
func (f finding) limit(l limits) float64 {
	if f.usual < 0 {
		return youngShare
	}
	return min(f.usual*l.times, (1+f.usual)/2)
}

// exceeds reports whether these are more bad outcomes than usual, and than chance explains.
func (f finding) exceeds(l limits) bool {
	if f.share() < f.limit(l) || f.bad < l.least {
		return false
	}
	if f.usual < 0 {
		return f.bad >= youngLeast
	}
	return float64(f.all)*divergence(f.share(), f.usual) >= surprise
}

// divergence is the distance of a share from the expected one: the probability of that share or more in n outcomes is at
// most exp(-n * divergence) (Chernoff).
func divergence(seen, expected float64) float64 {
	if seen <= expected {
		return 0
	}
	d := seen * math.Log(seen/expected)
	if seen < 1 {
		d += (1 - seen) * math.Log((1-seen)/(1-expected))
	}
	return d
}
