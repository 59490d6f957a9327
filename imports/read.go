package imports

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

var errUTF16 = errors.New("the file is UTF-16, as PowerShell's > makes it; let the dump write it itself, with --result-file=FILE")

// Read reads the rows of the table from a dump or from CSV, detecting which, compressed by gzip or not. With escapes, a
// backslash escapes in CSV. An error of each ends it.
func Read(r io.Reader, escapes bool, each func(Row) error) error {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("gzip: %w", err)
		}
		in = bufio.NewReader(unpacked)
	}
	if mark, _ := in.Peek(2); string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff" {
		return errUTF16
	}
	if mark, _ := in.Peek(3); string(mark) == "\ufeff" {
		_, _ = in.Discard(3) // it was peeked at
	}
	if isCSV(in) {
		return readCSV(in, escapes, each)
	}
	return readDump(in, each)
}

// isCSV reports whether the first line names columns of the table and is no statement.
func isCSV(in *bufio.Reader) bool {
	begin, _ := in.Peek(2048) // a shorter file is complete
	line, _, _ := strings.Cut(string(begin), "\n")
	first, _, _ := strings.Cut(line, ",")
	switch first = strings.Trim(first, "\" \r"); {
	case strings.ContainsAny(first, "-/#(;`") || strings.Contains(strings.TrimSpace(first), " "):
		return false
	}
	return strings.Contains(line, ",") || first == ""
}
