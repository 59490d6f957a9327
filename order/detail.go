package order

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"unicode/utf8"
)

// Detail is something that a customer type asks for, besides the organization number.
type Detail struct {
	Name        string
	Label, Hint map[string]string // by language
	Pattern     string            // RE2, of the whole; "" for anything
	Check       string            // one of Checks; "" for none
	Required    bool

	pattern *regexp.Regexp
}

const (
	// MaxDetails bounds how many details there are.
	MaxDetails = 10
	// maxDetail bounds one, in characters.
	maxDetail = 100
)

// Checks lists the ways to check a detail's digits.
func Checks() []string { return sortedKeys(checkDigits) }

// NewDetail makes a detail, whose check is one of Checks or "". A pattern that cannot be read is an error.
func NewDetail(name, pattern, check string) (Detail, error) {
	d := Detail{Name: name, Pattern: pattern, Check: check}
	if pattern == "" {
		return d, nil
	}
	compiled, err := regexp.Compile(`^(?:` + pattern + `)$`)
	if err != nil {
		return d, err
	}
	d.pattern = compiled
	return d, nil
}

// checkDetails checks what a customer type asks for.
func (c CustomerType) checkDetails(d Draft, wrong *problems) {
	for _, detail := range c.Details {
		value := d.Details[detail.Name]
		if err := detail.check(value); err != nil {
			wrong.add("details."+detail.Name, "%v", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Details)) {
		if !slices.ContainsFunc(c.Details, func(d Detail) bool { return d.Name == name }) {
			wrong.add("details", "%s customers are not asked for %q; leave it out", d.CustomerType, short(name))
			return
		}
	}
}

var (
	errEmpty = errors.New("must not be empty")
	errLong  = fmt.Errorf("must have at most %d characters", maxDetail)
)

// check tells what is wrong with a value.
func (d Detail) check(value string) error {
	switch {
	case value == "" && !d.Required:
		return nil
	case blank(value):
		return errEmpty
	case textFault(value) != "":
		return errors.New(textFault(value))
	case utf8.RuneCountInString(value) > maxDetail:
		return errLong
	case d.pattern != nil && !d.pattern.MatchString(value):
		return fmt.Errorf("must be of the form %s", d.Pattern)
	case d.Check == CheckDate && !isDay(value):
		return errors.New("must be a day such as 2027-12-31")
	case d.Check != "" && !checkDigits[d.Check](value):
		return fmt.Errorf("its check digits are wrong (%s): look for a mistyped digit", d.Check)
	}
	return nil
}

// short is the beginning of a text that someone sent.
func short(text string) string {
	if runes := []rune(text); len(runes) > 32 {
		return string(runes[:32]) + "…"
	}
	return text
}

// given are the details that were given, without those that are empty; nil for none.
func (d Draft) given() map[string]string {
	given := maps.Clone(d.Details)
	maps.DeleteFunc(given, func(_, value string) bool { return value == "" })
	if len(given) == 0 {
		return nil
	}
	return given
}
