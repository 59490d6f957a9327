package fault

import "strings"

// Quote is the text of another party, e.g. of a partner or a mail server, as the cause of an error. It may repeat what
// was sent to it, and so a customer's data: it is stored with the event, for the operator, and left out of the log
// (ForLog), which goes further.
type Quote struct {
	Text  string
	Cause error // may be nil
}

// Error returns the text.
func (q Quote) Error() string { return q.Text }

// Unwrap returns the cause.
func (q Quote) Unwrap() error { return q.Cause }

// unquoted replaces a quote in the log.
const unquoted = "(their words are with the event)"

// ForLog returns an error's text without quotes.
func ForLog(err error) string {
	text := err.Error()
	for _, said := range quotes(err) {
		text = strings.ReplaceAll(text, said, unquoted)
	}
	return text
}

// quotes returns the texts of all quotes in an error.
func quotes(err error) (all []string) {
	if q, ok := err.(Quote); ok && q.Text != "" {
		all = append(all, q.Text)
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			all = append(all, quotes(cause)...)
		}
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			all = append(all, quotes(cause)...)
		}
	}
	return all
}
