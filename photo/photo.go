// Package photo makes photos of strangers fit to be kept and shown: what comes out is a JPEG made anew from the pixels, so that nothing
// else that was in the file is left, such as where the photo was taken or a program.
package photo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"acme.example/webshop/platform/fault"
)

const (
	// MaxBytes bounds a photo as it comes.
	MaxBytes = 2 << 20
	// MaxSide bounds the sides of one that is kept, in pixels.
	MaxSide = 1600
	// maxPixels bounds what is decoded: a small file can hold a picture of any size. Phones have 12 million or scale down.
	maxPixels = 16 << 20
	quality   = 80
)

// format reads one kind of picture.
type format struct {
	size   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// formats are the kinds of pictures that are taken, by what a browser takes their bytes for.
var formats = map[string]format{
	"image/jpeg": {jpeg.DecodeConfig, jpeg.Decode},
	"image/png":  {png.DecodeConfig, png.Decode},
	"image/webp": {webp.DecodeConfig, webp.Decode},
}

// one lets one photo at a time be decoded in a process, since a decoded one takes up to 130 MB.
var one = make(chan struct{}, 1)

// Clean returns a photo as it may be kept. What is not a photo, or is too large, is fault.Invalid about the field. A caller whose
// context ends before it is its turn gets the context's error.
func Clean(ctx context.Context, data []byte, field string) ([]byte, error) {
	f, known := formats[http.DetectContentType(data)]
	switch {
	case len(data) > MaxBytes:
		return nil, fault.InvalidField(field, "must have at most %d bytes", MaxBytes)
	case !known:
		return nil, fault.InvalidField(field, "must be a photo: JPEG, PNG or WebP")
	}
	size, err := f.size(bytes.NewReader(data))
	switch {
	case err != nil:
		return nil, unreadable(field)
	case size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height:
		return nil, fault.InvalidField(field, "must have at most %d pixels", maxPixels)
	}
	select {
	case one <- struct{}{}:
		defer func() { <-one }()
	case <-ctx.Done():
		return nil, fmt.Errorf("photo: waiting for others to be decoded: %w", ctx.Err())
	}
	picture, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return nil, unreadable(field)
	}
	return encoded(picture)
}

func unreadable(field string) error {
	return fault.InvalidField(field, "cannot be read; it may have been cut off")
}

// encoded is a picture as a JPEG, on white where it is transparent.
func encoded(picture image.Image) ([]byte, error) {
	from := picture.Bounds()
	to := image.NewRGBA(scaled(from.Dx(), from.Dy()))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(to, to.Bounds(), picture, from, draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, to, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	return out.Bytes(), nil
}

// scaled is how large a picture is when neither side is over MaxSide.
func scaled(width, height int) image.Rectangle {
	longer := max(width, height)
	if longer <= MaxSide {
		return image.Rect(0, 0, width, height)
	}
	return image.Rect(0, 0, max(1, width*MaxSide/longer), max(1, height*MaxSide/longer))
}
