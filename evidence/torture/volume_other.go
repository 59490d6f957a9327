//go:build !linux

package torture

import (
	"errors"
	"fmt"
)

var ErrNotPossible = errors.New("power cuts are not possible here")

type volume struct{}

func newVolume(string, string) (*volume, error) {
	return nil, fmt.Errorf("%w: they need Linux", ErrNotPossible)
}

func (v *volume) cut() error     { return ErrNotPossible }
func (v *volume) remount() error { return ErrNotPossible }
func (v *volume) close() error   { return nil }

func limitFiles(int, uint64) error { return errors.New("limits of files need Linux") }
