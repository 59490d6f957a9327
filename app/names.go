package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// distinctNames refuses valid JSON in which an object has a name twice, in whatever case. Which of the two counts
// differs from reader to reader: what one has checked must be what the next one takes.
func distinctNames(data []byte) error {
	var open []map[string]bool // the names of each open object; nil for an array
	expectName := false
	for decoder := json.NewDecoder(bytes.NewReader(data)); ; {
		token, err := decoder.Token()
		if err != nil {
			return nil // the end
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			expectName = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if expectName {
				names, name := open[len(open)-1], strings.ToLower(strings.ToUpper(t))
				if names[name] {
					return fmt.Errorf("the name %.50q is there twice", t)
				}
				names[name], expectName = true, false
				continue
			}
		}
		expectName = len(open) > 0 && open[len(open)-1] != nil
	}
}
