package fault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// DistinctNames refuses valid JSON in which an object has a name twice, in whatever case. Readers differ in which of the
// two counts, so what one has checked may not be what the next one uses.
func DistinctNames(data []byte) error {
	var open []map[string]bool // the names of each open object; nil for an array
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{':
			open = append(open, map[string]bool{})
		case '[':
			open = append(open, nil)
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			text := data[i : i+textLength(data[i:])]
			i += len(text) - 1
			if rest := bytes.TrimLeft(data[i+1:], " \t\r\n"); len(rest) == 0 || rest[0] != ':' {
				continue // a value: only a name has a colon after it
			}
			if err := once(open[len(open)-1], text); err != nil {
				return err
			}
		}
	}
	return nil
}

// textLength returns the length of the string at the start of valid JSON, with its quotes.
func textLength(data []byte) int {
	i := 1
	for data[i] != '"' {
		if data[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1
}

// once records a name, and refuses one that was recorded before.
func once(names map[string]bool, text []byte) error {
	name := string(text[1 : len(text)-1])
	if strings.ContainsRune(name, '\\') {
		if err := json.Unmarshal(text, &name); err != nil {
			return err
		}
	}
	folded := strings.ToLower(strings.ToUpper(name))
	if names[folded] {
		return fmt.Errorf("the name %.50q is there twice", name)
	}
	names[folded] = true
	return nil
}
