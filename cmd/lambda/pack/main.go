// Command pack puts the bootstrap of a Lambda function into a zip: go run ./cmd/lambda/pack BOOTSTRAP ZIP. The same
// bootstrap gives the same zip, byte for byte.
package main

import (
	"archive/zip"
	"compress/flate"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// most is the maximum size of a zip, in bytes.
const most = 30_000_000

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "pack BOOTSTRAP ZIP")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(from, to string, out io.Writer) (err error) {
	program, err := os.Open(from)
	if err != nil {
		return err
	}
	defer program.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	file, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	sum := sha256.New()
	size := new(counter)
	if err := pack(program, io.MultiWriter(file, sum, size)); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s  %.1f MB of %d  sha256 %x\n", to, float64(*size)/1e6, most/1_000_000, sum.Sum(nil))
	if *size > most {
		return fmt.Errorf("%s has %d bytes; more than %d are too many", to, *size, most)
	}
	return nil
}

// pack writes a zip with the one file bootstrap, without a time.
func pack(program io.Reader, to io.Writer) error {
	z := zip.NewWriter(to)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	w, err := z.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, program); err != nil {
		return err
	}
	return z.Close()
}

type counter int64

// Write counts.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
