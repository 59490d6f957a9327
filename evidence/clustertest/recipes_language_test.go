package clustertest

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"acme.example/webshop/platform/texts/textstest"
)

// addLanguage adds an invented language, as docs/extending.md says: a translated copy of each English file.
func addLanguage(t *testing.T, files map[string]string) {
	t.Helper()
	for _, folder := range []string{"email/words", "surfaces/web/texts", "platform/partner/simulator/texts", "books/paper/words"} {
		english, err := os.ReadFile(inTree(folder + "/en.json"))
		if err != nil {
			t.Fatal(err)
		}
		text, err := textstest.File(english)
		if err != nil {
			t.Fatal(err)
		}
		files[folder+"/"+textstest.Language+".json"] = string(text)
	}
}

// speaksAnother language, on its pages and in the mails of a customer who reads it.
func (s oneShop) speaksAnother(t *testing.T) {
	page := s.get(t, s.public+"/cart", textstest.Language)
	if !strings.Contains(page, textstest.Foreign("Your cart")) {
		t.Errorf("the cart is not in the language:\n%s", page)
	}
	s.order(t, "Zed", individual+`, "products":"BB001", "language":"xx"`, 15000)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := watched(ctx, func() error {
		if mails := s.get(t, s.private+"/mail", "en"); !strings.Contains(mails, textstest.Foreign("Thank you for your order")) {
			return fmt.Errorf("no mail in the language:\n%s", mails)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// get reads a page in a language.
func (s oneShop) get(t *testing.T, url, language string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", language)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := readAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", url, res.StatusCode, err)
	}
	return string(text)
}
