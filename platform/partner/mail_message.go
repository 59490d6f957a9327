package partner

import (
	"encoding/base64"
	"io"
	"net/mail"
	"regexp"
	"strings"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"acme.example/webshop/email"
	"acme.example/webshop/platform/fault"
	"acme.example/webshop/platform/mailaddr"
)

var (
	messageID    = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	plainName    = regexp.MustCompile(`^[A-Za-z0-9'-]+( [A-Za-z0-9'-]+)*$`)
	plainSubject = regexp.MustCompile(`^[!-~]+( [!-~]+)*$`)
)

// lineEnds writes every line end as a mail does. Left as they are, a bare CR makes the library's encoder drop the next
// LF, however far away.
var lineEnds = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n")

// withLineEnds writes every line end of a text as a mail does. Nearly all texts have only one kind.
func withLineEnds(text string) string {
	if strings.Contains(text, "\r") {
		return lineEnds.Replace(text)
	}
	return strings.ReplaceAll(text, "\n", "\r\n")
}

// The longest texts that are shown in a header, in characters. What a mail says in full, it says in its body.
const (
	maxToName    = 200
	maxSubject   = 300
	maxPlainText = 200 // a longer one is encoded, which folds anywhere
	maxLine      = 900 // of a body that is sent as it is, in bytes
)

// draft is a mail that is ready but for how its body is sent.
type draft struct {
	*gomail.Msg
	asIs      bool // whether its body can be sent without being quoted, to a server that takes 8 bits
	needsUTF8 bool // whether its recipient's address can only be told to a server with SMTPUTF8
}

// compose makes the mail. The To header is written here, and the library is told the recipient as one that no header
// names: its quoted names lose doubled spaces where they are folded, show "=?…?=" decoded, and cannot be read at all
// with a backslash beside an emoji.
func (m *Mail) compose(e email.Message) (*draft, error) {
	address, err := mailaddr.Parse(e.To)
	if err != nil {
		return nil, fault.InvalidField("email", "is not a mail address")
	}
	if !messageID.MatchString(e.ID) || len(e.ID) > 200 {
		return nil, fault.New(fault.Internal, "%q cannot be in a Message-ID", e.ID)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	to := &mail.Address{Name: cut(e.ToName, maxToName), Address: address.String()}
	msg.SetGenHeaderPreformatted("To", toHeader(to))
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderBcc, &mail.Address{Address: to.Address})
	msg.SetGenHeader(gomail.HeaderSubject, subject(cut(e.Subject, maxSubject)))
	msg.SetMessageIDWithValue(e.ID + "@" + m.domain)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that no one's holiday notice answers it
	text, html := withLineEnds(e.Text), withLineEnds(e.HTML)
	msg.SetBodyWriter(gomail.TypeTextPlain, writes(text))
	msg.AddAlternativeWriter(gomail.TypeTextHTML, writes(html))
	return &draft{msg, fitsLines(text) && fitsLines(html), address.NeedsUTF8()}, nil
}

// encode sends the body as it is, where the server and all between take it so (RFC 6152), and else quoted, which takes a fifth
// of the time of a mail.
func (d *draft) encode(takes8Bit bool) {
	encoding := gomail.EncodingQP
	if takes8Bit && d.asIs {
		encoding = gomail.NoEncoding
	}
	for _, part := range d.GetParts() {
		part.SetEncoding(encoding)
	}
}

// fitsLines reports whether a text has only what may be in a line of a mail, and no line that is too long for one (RFC 5322:
// 998 bytes).
func fitsLines(text string) bool {
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > maxLine || strings.ContainsAny(line, "\x00\r\n") {
			return false
		}
	}
	return utf8.ValidString(text)
}

// writes writes a text without a copy of it, which the library would make.
func writes(text string) func(io.Writer) (int64, error) {
	return func(w io.Writer) (int64, error) {
		n, err := io.WriteString(w, text)
		return int64(n), err
	}
}

// toHeader writes a recipient with its name, one encoded word to a line.
func toHeader(to *mail.Address) string {
	address := (&mail.Address{Address: to.Address}).String()
	switch {
	case to.Name == "":
		return address
	case plainName.MatchString(to.Name) && len(to.Name) <= maxPlainText:
		return to.Name + " " + address
	default:
		return strings.Join(encodedWords(to.Name), "\r\n ") + "\r\n " + address
	}
}

// subject writes a subject so that it is read as it was typed. The library folds it.
func subject(text string) string {
	if plainSubject.MatchString(text) && !strings.Contains(text, "=?") && len(text) <= maxPlainText {
		return text
	}
	return strings.Join(encodedWords(text), " ")
}

// encodedWords writes any text in the letters of a header (RFC 2047). A word holds whole characters, and is short
// enough to stand in a line beside the header's name.
func encodedWords(text string) []string {
	const perWord = 36
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	var words []string
	for len(text) > 0 {
		end := min(perWord, len(text))
		for end < len(text) && !utf8.RuneStart(text[end]) {
			end--
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:end]))+"?=")
		text = text[end:]
	}
	return words
}

// cut keeps the first characters of a text.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}
