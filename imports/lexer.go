package imports

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// kind is a kind of token.
type kind int

const (
	ended  kind = iota // the end of the file
	word               // a name, a keyword or a number
	quoted             // a name in backquotes
	text               // a text in quotes
	sign               // any other character
)

// token is a piece of a dump.
type token struct {
	kind   kind
	text   string
	double bool // a text in double quotes, which some dumps use for names
	long   bool // the text is longer than maxText, and cut off
	line   int
}

// is reports whether a token is a sign, or a keyword in any case.
func (t token) is(keyword string) bool {
	return (t.kind == sign || t.kind == word) && strings.EqualFold(t.text, keyword)
}

// name returns the name in a token; "" if it cannot be one.
func (t token) name() string {
	if t.kind == word || t.kind == quoted || t.kind == text && t.double {
		return t.text
	}
	return ""
}

// lexer splits a dump into tokens.
type lexer struct {
	in        *bufio.Reader
	line      int
	peeked    *token
	header    bool // a comment names mysqldump or mariadb-dump
	completed bool // another comment marks its end
}

func newLexer(r io.Reader) *lexer { return &lexer{in: bufio.NewReaderSize(r, 64<<10), line: 1} }

// errTruncated means that a dump ends too early.
var errTruncated = errors.New("the file ends in the middle of a statement: it is cut off, or no dump")

func (l *lexer) read() (byte, error) {
	c, err := l.in.ReadByte()
	if c == '\n' && err == nil {
		l.line++
	}
	return c, err
}

// follows reports whether these are the next bytes, and skips them if so.
func (l *lexer) follows(these string) bool {
	next, _ := l.in.Peek(len(these)) // a shorter rest differs
	if string(next) != these {
		return false
	}
	for range len(these) {
		_, _ = l.read() // it was peeked at
	}
	return true
}

func (l *lexer) peek() (token, error) {
	if l.peeked == nil {
		t, err := l.next()
		if err != nil {
			return t, err
		}
		l.peeked = &t
	}
	return *l.peeked, nil
}

// next returns the next token. It skips comments, also those that MySQL executes, since none has a row.
func (l *lexer) next() (token, error) {
	if l.peeked != nil {
		t := *l.peeked
		l.peeked = nil
		return t, nil
	}
	for {
		c, err := l.read()
		switch {
		case err == io.EOF:
			return token{kind: ended, line: l.line}, nil
		case err != nil:
			return token{}, fmt.Errorf("line %d: %w", l.line, err)
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c == '#', c == '-' && l.dashes():
			if err := l.comment(); err != nil {
				return token{}, err
			}
		case c == '/' && l.follows("*"):
			if err := l.block(); err != nil {
				return token{}, err
			}
		default:
			return l.token(c)
		}
	}
}

// dashes reports whether a dash starts a comment: another one and a space follow.
func (l *lexer) dashes() bool {
	next, _ := l.in.Peek(2)
	return len(next) > 0 && next[0] == '-' && (len(next) == 1 || bytes.ContainsRune([]byte(" \t\r\n"), rune(next[1])))
}

// comment skips to the end of the line, and keeps its beginning.
func (l *lexer) comment() error {
	begin := make([]byte, 0, 64)
	for {
		c, err := l.read()
		if err == io.EOF || c == '\n' && err == nil {
			break
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", l.line, err)
		}
		if len(begin) < cap(begin) {
			begin = append(begin, c)
		}
	}
	said := strings.TrimLeft(string(begin), "- ")
	l.header = l.header || strings.HasPrefix(said, "MySQL dump ") || strings.HasPrefix(said, "MariaDB dump ")
	l.completed = l.completed || strings.HasPrefix(said, "Dump completed")
	return nil
}

// block skips to the end of a multi-line comment.
func (l *lexer) block() error {
	for {
		c, err := l.read()
		if err == io.EOF {
			return errTruncated
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", l.line, err)
		}
		if c == '*' && l.follows("/") {
			return nil
		}
	}
}

func (l *lexer) token(first byte) (token, error) {
	t := token{line: l.line, text: string(first), kind: sign}
	switch {
	case first == '\'' || first == '"':
		t.kind, t.double = text, first == '"'
		return l.quoted(t, first, true)
	case first == '`':
		t.kind = quoted
		return l.quoted(t, first, false)
	case inWord(first):
		t.kind, t.text = word, l.word(first)
	}
	return t, nil
}

func (l *lexer) word(first byte) string {
	content := []byte{first}
	for {
		next, err := l.in.Peek(1)
		if err != nil || !inWord(next[0]) || len(content) == maxText {
			return string(content) // the next token reports an error of the file
		}
		_, _ = l.read() // it was peeked at
		content = append(content, next[0])
	}
}

func inWord(c byte) bool {
	return c == '_' || c == '$' || c == '.' || c == '-' || c == '+' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// quoted reads a text to its closing quote. A doubled quote is one quote; in texts, a backslash escapes.
func (l *lexer) quoted(t token, quote byte, escapes bool) (token, error) {
	var content []byte
	keep := func(c ...byte) {
		if t.long = t.long || len(content) >= maxText; !t.long {
			content = append(content, c...)
		}
	}
	for {
		c, err := l.read()
		switch {
		case err == io.EOF:
			return t, errTruncated
		case err != nil:
			return t, fmt.Errorf("line %d: %w", l.line, err)
		case c == quote && l.follows(string(quote)):
			keep(quote)
		case c == quote:
			t.text = string(content)
			return t, nil
		case c == '\\' && escapes:
			next, err := l.read()
			if err == io.EOF {
				return t, errTruncated
			}
			if err != nil {
				return t, fmt.Errorf("line %d: %w", l.line, err)
			}
			keep(unescaped(next)...)
		default:
			keep(c)
		}
	}
}

// unescaped returns the meaning of a character after a backslash (MySQL, "String Literals").
func unescaped(c byte) []byte {
	switch c {
	case '0':
		return []byte{0}
	case 'b':
		return []byte{'\b'}
	case 'n':
		return []byte{'\n'}
	case 'r':
		return []byte{'\r'}
	case 't':
		return []byte{'\t'}
	case 'Z':
		return []byte{26}
	case '%', '_':
		return []byte{'\\', c}
	}
	return []byte{c}
}
