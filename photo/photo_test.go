package photo_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"acme.example/webshop/photo"
	"acme.example/webshop/platform/fault"
)

func picture(width, height int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		p.Set(x, height/2, color.RGBA{R: uint8(x), A: 255})
	}
	return p
}

func asJPEG(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// webp is a picture of 1 × 1 in WebP.
const webp = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"

// TestAPhotoIsMadeAnew: it is a JPEG that is not too large, whatever came, with nothing else in it.
func TestAPhotoIsMadeAnew(t *testing.T) {
	small, err := base64.StdEncoding.DecodeString(webp)
	if err != nil {
		t.Fatal(err)
	}
	told := []byte("Exif\x00\x00GPS 52.52 13.40")
	whole := asJPEG(t, picture(300, 200))
	located := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(told)+2))...)
	located = append(append(located, told...), whole[2:]...)
	for name, c := range map[string]struct {
		data          []byte
		width, height int
	}{
		"a JPEG that says where":    {located, 300, 200},
		"a PNG, partly transparent": {asPNG(t, picture(30, 20)), 30, 20},
		"a WebP":                    {small, 1, 1},
		"a large one":               {asPNG(t, picture(3200, 800)), 1600, 400},
		"a line":                    {asPNG(t, picture(5000, 1)), 1600, 1},
		"a picture with a tail":     {append(asPNG(t, picture(2, 2)), "<script>"...), 2, 2},
	} {
		got, err := photo.Clean(t.Context(), c.data, "photos[0]")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		size, err := jpeg.DecodeConfig(bytes.NewReader(got))
		if err != nil || size.Width != c.width || size.Height != c.height {
			t.Errorf("%s: it is %v, %v", name, size, err)
		}
		if bytes.Contains(got, []byte("GPS")) || bytes.Contains(got, []byte("script")) {
			t.Errorf("%s: it keeps what stood beside the pixels", name)
		}
	}
}

// TestWhatIsNoPhotoIsRefused before anything large is made of it.
func TestWhatIsNoPhotoIsRefused(t *testing.T) {
	var moving bytes.Buffer
	if err := gif.Encode(&moving, picture(2, 2), nil); err != nil {
		t.Fatal(err)
	}
	bomb := asPNG(t, picture(1, 1))
	binary.BigEndian.PutUint32(bomb[16:], 60_000) // its header promises 60,000 × 60,000 pixels
	binary.BigEndian.PutUint32(bomb[20:], 60_000)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	whole := asJPEG(t, picture(300, 200))
	for name, data := range map[string][]byte{
		"nothing": nil, "text": []byte("hello"), "a page": []byte("<html><script>alert(1)</script>"), "a drawing": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"a GIF": moving.Bytes(), "a bomb": bomb, "half a photo": whole[:len(whole)/2], "a header": whole[:4],
		"too many bytes": append(bytes.Clone(whole), make([]byte, photo.MaxBytes)...),
	} {
		if _, err := photo.Clean(t.Context(), data, "photos[0]"); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	small, _ := base64.StdEncoding.DecodeString(webp)
	f.Add(small)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := photo.Clean(t.Context(), data, "photo")
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if size, err := jpeg.DecodeConfig(bytes.NewReader(got)); err != nil || max(size.Width, size.Height) > photo.MaxSide {
			t.Fatalf("%v, %v", size, err)
		}
	})
}
