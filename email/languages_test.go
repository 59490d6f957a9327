package email

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/platform/texts"
	"acme.example/webshop/platform/texts/textstest"
)

// TestEveryTextIsUsed finds texts that no mail has. Those that end in what happened are used if it can happen.
func TestEveryTextIsUsed(t *testing.T) {
	source := mailSource(t)
	quoted := func(key string) bool { return strings.Contains(source, `"`+key+`"`) }
	for _, key := range slices.Sorted(maps.Keys(languages[texts.Fallback])) {
		group, name, _ := strings.Cut(key, ".")
		used := quoted(key)
		switch group {
		case "cancelled", "arrives", "weekday", "month":
			used = quoted(group + ".")
		}
		for _, kind := range kinds {
			rest, its := strings.CutPrefix(key, string(kind)+".")
			used = used || its && (quoted(rest) || rest == event.PaidTwice || rest == event.Complained || strings.HasPrefix(rest, "decided.") && quoted("decided."))
		}
		if !used {
			t.Errorf("no mail has the text %q (%s)", key, name)
		}
	}
}

func mailSource(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"*.go", "templates/*"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "_test.go") {
				all.Write(text)
			}
		}
	}
	return all.String()
}

// plantLanguage adds the invented language to the mails, through the code that loads the others, until the test ends.
func plantLanguage(t *testing.T) {
	t.Helper()
	files, err := textstest.With(wordFiles, "words")
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadWords(files)
	if err != nil {
		t.Fatal(err)
	}
	before, formsBefore := languages, forms
	languages, forms = all, formsOf(all)
	t.Cleanup(func() { languages, forms = before, formsBefore })
}

var (
	markup  = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>|&[a-z]+;`)
	address = regexp.MustCompile(`\S+(://|@)\S+`)
)

// TestAFurtherLanguageIsAFile: with one more file, every mail is in that language, and no word of it in English.
func TestAFurtherLanguageIsAFile(t *testing.T) {
	plantLanguage(t)
	for _, kind := range kinds {
		m, err := everything(kind, textstest.Language).message("id")
		if err != nil {
			t.Fatal(err)
		}
		for part, text := range map[string]string{"subject": m.Subject, "text": m.Text, "page": markup.ReplaceAllString(m.HTML, " ")} {
			if left := textstest.English.FindAllString(address.ReplaceAllString(text, ""), -1); len(left) > 0 {
				t.Errorf("%s: the %s has %q in English", kind, part, left)
			}
		}
	}
}

// everything is a mail with all that one can tell, in numbers where it is data.
func everything(kind event.Type, name string) content {
	l := languages[name]
	amount := l.written(money.Amount{Minor: 123456, Currency: "USD"})
	at := time.Date(2026, 11, 26, 14, 0, 0, 0, time.UTC)
	return content{
		Kind: kind, Number: "7", Language: name, language: l, OrderID: 4711, Name: "1", Test: true, Where: []string{"2"}, Notes: "3", Gift: "4",
		Items: []item{{Pieces: 1, Name: "5", Gift: true, Price: amount, Before: amount, Off: []sum{{"6", l.reduction(100, "USD")}}}},
		Sums:  []sum{{l["subtotal"], amount}}, Total: amount, Included: "7", When: l.when(at, true), Was: l.when(at, false),
		Reason: "out-of-stock", Refund: amount, Parcel: "8", ReceivedBy: "9", LeftAt: "10", ToPay: amount, GivenBack: amount, Because: "11",
		Arrives: "arrives.card", Contact: Contact{"a@b.example", "1"}, Event: numbered[kind], Button: "https://a.example", Tracking: "https://b.example",
	}
}

var numbered = map[event.Type]event.Event{
	event.TypeDeliveryBooked: event.DeliveryBooked{Phone: "1"}, event.TypeDeliveryRescheduled: event.DeliveryRescheduled{Phone: "1"},
}
