package photo

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"testing"
)

// TestACallerThatGivesUpDoesNotWaitForItsTurn: another photo is being decoded.
func TestACallerThatGivesUpDoesNotWaitForItsTurn(t *testing.T) {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	one <- struct{}{}
	defer func() { <-one }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Clean(ctx, file.Bytes(), "photo"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
