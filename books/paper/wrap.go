package paper

import (
	"strings"
	"unicode"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// font tells which characters there are.
var font = func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic("paper: " + err.Error()) // such a binary was never tested
	}
	return f
}()

// shown is a text in the characters that the font has, composed. Others are □.
func shown(text string) string {
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		switch glyph, err := font.GlyphIndex(&buffer, r); {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		case err != nil || glyph == 0:
			return '□'
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(text, "")))
}

// wrap cuts a text into lines of at most a width in the present font: between words, or within one that is longer. It has at least one
// line.
func (s *sheet) wrap(text string, width float64) (lines []string) {
	line := ""
	for _, word := range strings.Fields(shown(text)) {
		if joined := strings.TrimSpace(line + " " + word); s.pdf.GetStringWidth(joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for s.pdf.GetStringWidth(word) > width {
			fits := s.fitting(word, width)
			lines, word = append(lines, word[:fits]), word[fits:]
		}
		line = word
	}
	return append(lines, line)
}

// fitting is how many bytes of a word fit into a width: at least those of one character.
func (s *sheet) fitting(word string, width float64) int {
	fits := 0
	for i := range word {
		if i > 0 && s.pdf.GetStringWidth(word[:i]) > width {
			break
		}
		fits = i
	}
	if fits == 0 {
		for i := range word[1:] {
			if i > 0 {
				return i + 1
			}
		}
		return len(word)
	}
	return fits
}
