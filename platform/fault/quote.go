package fault

import "strings"

// Quote is the words of someone else, e.g. of a partner or a mail server, as the cause of an error. They may repeat what
// was sent to them, and so what a customer told us: they are kept with the event, for the operator, and left out of the
// log (ForLog), which goes further.
type Quote struct {
	Text  string
	Cause error // may be nil
}

// Error is what was said.
func (q Quote) Error() string { return q.Text }

// Unwrap returns the cause.
func (q Quote) Unwrap() error { return q.Cause }

// unquoted stands for a quote in the log.
const unquoted = "(their words are with the event)"

// ForLog is an error's text without what others said.
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
