package partner

import (
	"bytes"
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

// lineEnds converts all line ends to those of a mail. A bare CR would make the library's encoder drop the next LF,
// however far away.
var lineEnds = strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n")

// withLineEnds converts all line ends to those of a mail. Nearly all texts have only one kind.
func withLineEnds(text string) string {
	if strings.Contains(text, "\r") {
		return lineEnds.Replace(text)
	}
	return strings.ReplaceAll(text, "\n", "\r\n")
}

// The longest texts shown in a header, in characters. The body has the full text.
const (
	maxToName    = 200
	maxSubject   = 300
	maxPlainText = 200 // a longer one is encoded, which can be folded anywhere
	maxLine      = 900 // of a body that is sent as it is, in bytes
)

// draft is a complete mail except for the encoding of its body.
type draft struct {
	*gomail.Msg
	asIs      bool // whether the body can be sent unquoted to a server with 8BITMIME
	needsUTF8 bool // whether the recipient's address needs a server with SMTPUTF8
}

// check returns the recipient's address, or an error if the message cannot be a mail.
func (m *Mail) check(e email.Message) (mailaddr.Address, error) {
	address, err := mailaddr.Parse(e.To)
	if err != nil {
		return address, fault.InvalidField("email", "is not a mail address")
	}
	if !messageID.MatchString(e.ID) || len(e.ID) > 200 {
		return address, fault.New(fault.Internal, "%q cannot be in a Message-ID", e.ID)
	}
	return address, nil
}

// compose makes the mail. It writes the To header itself, and passes the recipient to the library for the envelope only:
// in the library's own header, quoted names lose doubled spaces when folded, show "=?…?=" decoded, and cannot be parsed
// with a backslash beside an emoji.
func (m *Mail) compose(e email.Message, address mailaddr.Address) *draft {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	to := &mail.Address{Name: cut(e.ToName, maxToName), Address: address.String()}
	msg.SetGenHeaderPreformatted("To", toHeader(to))
	msg.SetAddrHeaderFromMailAddress(gomail.HeaderBcc, &mail.Address{Address: to.Address})
	if e.ReplyTo != "" {
		msg.SetAddrHeaderFromMailAddress(gomail.HeaderReplyTo, &mail.Address{Address: e.ReplyTo})
	}
	msg.SetGenHeader(gomail.HeaderSubject, subject(cut(e.Subject, maxSubject)))
	msg.SetMessageIDWithValue(e.ID + "@" + m.domain)
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that no holiday notice answers it
	text, html := withLineEnds(e.Text), withLineEnds(e.HTML)
	msg.SetBodyWriter(gomail.TypeTextPlain, writes(text))
	msg.AddAlternativeWriter(gomail.TypeTextHTML, writes(html))
	for _, a := range e.Attached {
		msg.AttachReadSeeker(a.Name, bytes.NewReader(a.Data), gomail.WithFileContentType(gomail.ContentType(a.Type)))
	}
	return &draft{msg, fitsLines(text) && fitsLines(html), address.NeedsUTF8()}
}

// encode sends the body as it is if the server accepts that (RFC 6152), otherwise quoted, which costs a fifth of a mail's
// time.
func (d *draft) encode(takes8Bit bool) {
	encoding := gomail.EncodingQP
	if takes8Bit && d.asIs {
		encoding = gomail.NoEncoding
	}
	for _, part := range d.GetParts() {
		part.SetEncoding(encoding)
	}
}

// fitsLines reports whether all lines of a text can be lines of a mail, in characters and length (RFC 5322: 998 bytes).
func fitsLines(text string) bool {
	for line := range strings.SplitSeq(text, "\r\n") {
		if len(line) > maxLine || strings.ContainsAny(line, "\x00\r\n") {
			return false
		}
	}
	return utf8.ValidString(text)
}

// writes writes a text without the copy that the library would make.
func writes(text string) func(io.Writer) (int64, error) {
	return func(w io.Writer) (int64, error) {
		n, err := io.WriteString(w, text)
		return int64(n), err
	}
}

// toHeader formats a recipient with its name, one encoded word per line.
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

// subject encodes a subject so that it is read as typed. The library folds it.
func subject(text string) string {
	if plainSubject.MatchString(text) && !strings.Contains(text, "=?") && len(text) <= maxPlainText {
		return text
	}
	return strings.Join(encodedWords(text), " ")
}

// encodedWords encodes any text in the characters of a header (RFC 2047). Each word has whole characters, and fits a line
// together with the header's name.
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

// cut returns the first characters of a text.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}
