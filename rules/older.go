package rules

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"acme.example/webshop/platform/fault"
)

const (
	// maxOlder bounds the older versions that are kept in memory, in bytes of their texts.
	maxOlder = 1 << 20
	// fetchTimeout bounds the reading of one. A caller that gives up does not end it for the others that wait.
	fetchTimeout = 5 * time.Second
)

// older keeps versions that are no longer active, for the orders that were made under them. Its zero value is
// ready.
type older struct {
	mu      sync.Mutex
	kept    map[int64]kept
	size    int // bytes of all texts
	flights singleflight.Group
}

// kept is a version, or why it cannot be read: a text that is stored never changes, and neither does a running program.
type kept struct {
	set  *Set
	err  error
	size int
}

// get returns a version, and fetches it when it is not there: once, however many ask for it.
func (o *older) get(ctx context.Context, version int64, fetch func(context.Context) (kept, error)) (*Set, error) {
	o.mu.Lock()
	k, ok := o.kept[version]
	o.mu.Unlock()
	if ok {
		return k.set, k.err
	}
	fetched := o.flights.DoChan(strconv.FormatInt(version, 10), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
		defer cancel()
		k, err := fetch(ctx)
		if err == nil {
			o.keep(version, k)
		}
		return k, err
	})
	select {
	case f := <-fetched:
		k := f.Val.(kept)
		return k.set, errors.Join(f.Err, k.err)
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keep keeps a version, in place of others when they are too many. One that is needed again is fetched again.
func (o *older) keep(version int64, k kept) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.size -= o.kept[version].size // it may have been read twice
	delete(o.kept, version)
	for other, old := range o.kept {
		if o.size+k.size <= maxOlder {
			break
		}
		delete(o.kept, other)
		o.size -= old.size
	}
	if o.kept == nil {
		o.kept = map[int64]kept{}
	}
	o.kept[version] = k
	o.size += k.size
}

// fetch reads a version from the store.
func (v *Versions) fetch(ctx context.Context, version int64) (kept, error) {
	if v.Store == nil {
		return kept{}, fault.New(fault.Unavailable, "there is no version %d of the rules", version)
	}
	stored, err := v.Store.RulesOf(ctx, version)
	if err != nil {
		return kept{}, fmt.Errorf("rules: version %d: %w", version, err)
	}
	s, err := Parse([]byte(stored.Text))
	if err != nil {
		err = fault.Wrap(err, fault.Unavailable, "this process cannot read version %d of the rules: %s", version, first(err))
		return kept{err: err, size: len(stored.Text)}, nil
	}
	for _, left := range s.LeftOut {
		v.Log.WarnContext(ctx, "rules: this program does not understand all of a stored version", "version", version, "left_out", left)
	}
	return kept{set: s.as(version), size: len(stored.Text)}, nil
}

// first is the first of what is wrong.
func first(err error) string {
	if wrong, ok := errors.AsType[Wrong](err); ok {
		return wrong[0]
	}
	return err.Error()
}
