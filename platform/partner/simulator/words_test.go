package simulator

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"acme.example/webshop/platform/texts"
	"acme.example/webshop/platform/texts/textstest"
)

// TestAFurtherLanguageIsAFile: with one more file, the page in all its states is in that language, and no word of it in English.
func TestAFurtherLanguageIsAFile(t *testing.T) {
	files, err := textstest.With(textFiles, "texts")
	if err != nil {
		t.Fatal(err)
	}
	before := words
	t.Cleanup(func() { words = before })
	if words, err = texts.Load(files, "texts"); err != nil {
		t.Fatal(err)
	}
	paper := Record{Status: actionRequired, Until: time.Unix(0, 0), Voucher: &Voucher{Number: "1", Payee: "2"}}
	for name, v := range map[string]view{
		"missing": {Missing: true}, "to pay": {Record: Record{Status: actionRequired}, Charge: charge{Method: card}},
		"3-D Secure": {Record: Record{Status: actionRequired}, Charge: charge{Method: card}, confirm: true, Problem: "confirmation"},
		"by voucher": {Record: Record{Status: actionRequired}}, "with a number": {Record: paper},
		"no funds": {Record: Record{Status: actionRequired}, Charge: charge{Method: card}, Problem: noFunds},
		"declined": {Record: Record{Status: actionRequired}, Charge: charge{Method: card}, Problem: cardDeclined},
		"unproven": {Record: Record{Status: actionRequired}, Charge: charge{Method: card}, Problem: notConfirmed},
		"paid":     {Record: Record{Status: succeeded}}, "failed": {Record: Record{Status: failed}}, "expired": {Record: Record{Status: expired}},
	} {
		v.Language = language("XX-mx")
		var out bytes.Buffer
		if err := page.Execute(&out, v); err != nil {
			t.Fatal(err)
		}
		text := regexp.MustCompile(`(?s)<style.*?</style>|<[^>]*>|\bUTC\b|&\w+;`).ReplaceAllString(out.String(), " ")
		if left := textstest.English.FindAllString(text, -1); len(left) > 0 || v.Language != textstest.Language {
			t.Errorf("%s: in %s, and says %q", name, v.Language, left)
		}
	}
}

// TestEveryTextIsUsed: the texts are those of the buttons, the states, the problems and the page itself.
func TestEveryTextIsUsed(t *testing.T) {
	codes := []string{pay, pay3DS, payNoFunds, payDeclined, voucher, abandon, confirm, reject, noFunds, cardDeclined, notConfirmed, succeeded, failed, expired, "confirmation"}
	used := map[string]bool{}
	for _, found := range regexp.MustCompile(`\.Say "(\w+)"`).FindAllStringSubmatch(payPage, -1) {
		used[found[1]] = true
	}
	for _, code := range codes {
		used[code] = true
	}
	for key := range words[texts.Fallback] {
		if !used[key] {
			t.Errorf("the page never says %q", key)
		}
		delete(used, key)
	}
	if len(used) > 0 {
		t.Errorf("there are no texts for %v", used)
	}
}
