package email

import (
	"embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"

	"acme.example/webshop/event"
)

//go:embed templates
var files embed.FS

// form is the templates of one kind of mail in one language, with the same content.
type form struct {
	plain *text.Template
	rich  *html.Template
}

type formKey struct {
	kind     event.Type
	language string
}

// kinds are the events that customers get mails about, notPaid, cancelledUnpaid, byTransfer and replacement; and the kinds of mails about documents.
var kinds = append([]event.Type{
	event.TypeOrderCreated, event.TypeOrderDeliverable, event.TypeDeliveryBooked, event.TypeDeliveryRescheduled, event.TypeDeliveryStarted,
	event.TypeDeliveryFailed, event.TypeDelivered, event.TypeOrderCancelled, event.TypePaymentDeclined, notPaid, cancelledUnpaid, event.TypePaymentRequested,
	byTransfer, event.TypeRefundDone, event.TypeComplaintMade, event.TypeComplaintAnswered, replacement,
}, papers...)

// forms are all forms. Most texts are the same in all mails of a kind, and are inserted once, here. An invalid template
// stops every test and every start.
var forms = formsOf(languages)

func formsOf(languages map[string]language) map[formKey]form {
	plain := text.Must(text.New("mail.txt").Delims("[[", "]]").ParseFS(files, "templates/mail.txt"))
	rich := html.Must(html.New("mail.html").Delims("[[", "]]").ParseFS(files, "templates/mail.html"))
	all := map[formKey]form{}
	for name, spoken := range languages {
		for _, kind := range kinds {
			var asText, asHTML strings.Builder
			l := content{Kind: kind, Language: name, language: spoken}
			if err := plain.Execute(&asText, l); err != nil {
				panic(err)
			}
			if err := rich.Execute(&asHTML, l); err != nil {
				panic(err)
			}
			all[formKey{kind, name}] = form{
				text.Must(text.New("mail.txt").Parse(asText.String())), html.Must(html.New("mail.html").Parse(asHTML.String())),
			}
		}
	}
	return all
}

// The usual lengths of a mail, so that the buffers need not grow.
const (
	plainLength = 1 << 10
	richLength  = 5 << 10
)

// render renders a mail as text and as HTML.
func (l content) render() (asText, asHTML string, err error) {
	f, ok := forms[formKey{l.Kind, l.Language}]
	if !ok {
		return "", "", fmt.Errorf("there are no mails about %s in the language %q", l.Kind, l.Language)
	}
	var plain, rich strings.Builder
	plain.Grow(plainLength)
	rich.Grow(richLength)
	if err := f.plain.Execute(&plain, l); err != nil {
		return "", "", err
	}
	if err := f.rich.Execute(&rich, l); err != nil {
		return "", "", err
	}
	return plain.String(), rich.String(), nil
}
