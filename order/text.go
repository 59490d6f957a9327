package order

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What a customer types stands in mails to an address that may be someone else's, so it must not be a message of its own:
// no links, and nothing that hides or reorders what a reader sees.
const (
	holdsControl = "must not hold control characters"
	holdsHidden  = "must not hold invisible characters, or characters that change the direction of the text"
	holdsLink    = "must not hold a link"
)

// links begin what mail programs make a link of.
var links = regexp.MustCompile(`(?i)://|\bwww\.|\b(?:https?|mailto):`)

// textFault says why a text must not stand in a mail; "" when it may.
func textFault(text string) string {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return holdsControl
	case hidden(text):
		return holdsHidden
	case links.MatchString(norm.NFKC.String(text)): // also one in wide letters
		return holdsLink
	}
	return ""
}

// mailFault is textFault for a text of several lines.
func mailFault(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if wrong := textFault(line); wrong != "" {
			return wrong
		}
	}
	return ""
}

// hidden reports whether a text has format characters or line separators, but for a joiner where its script needs one.
func hidden(text string) bool {
	runes := []rune(text)
	for i, r := range runes {
		if unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && !(i > 0 && i+1 < len(runes) && joins(runes[i-1], r, runes[i+1])) {
			return true
		}
	}
	return false
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
	emojiVariant       = '\ufe0f'
)

// joined are the scripts whose words may need a joiner or a non-joiner (Unicode Standard Annex 31, section 2.3, and the
// scripts of the chapters that it refers to).
var joined = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
	unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Tibetan, unicode.Myanmar, unicode.Khmer,
}

// joins reports whether a joiner or a non-joiner belongs between two characters: inside a word, or inside an emoji.
func joins(before, r, after rune) bool {
	switch r {
	case zeroWidthNonJoiner:
		return unicode.In(before, joined...) && unicode.In(after, joined...)
	case zeroWidthJoiner:
		return unicode.In(before, joined...) && unicode.In(after, joined...) ||
			(before == emojiVariant || unicode.In(before, unicode.So, unicode.Sk)) && unicode.Is(unicode.So, after)
	}
	return false
}

// blank reports whether a text shows nothing: spaces, and letters that are drawn as nothing.
func blank(text string) bool {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(drawnAsNothing, r) }) == ""
}

// drawnAsNothing are the fillers of Hangul, the blank of Braille, the grapheme joiner and the variation selectors of emoji.
const drawnAsNothing = "\u115f\u1160\u3164\uffa0\u2800\u034f\ufe0e\ufe0f"
