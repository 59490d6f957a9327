package harness

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// pay has the customer pay, if the answer of createOrder leads to a provider's page. Pressed again, the page does not charge
// twice.
func (m *market) pay(ctx context.Context, a answer) {
	var got struct {
		RedirectURL string `json:"redirectUrl"`
	}
	if err := a.read(&got); err != nil || !strings.Contains(got.RedirectURL, "/pay/") {
		return
	}
	for m.press(ctx, got.RedirectURL) && Sleep(ctx, shortestPause) {
	}
}

// press presses the button of the page, and reports whether the customer has to try again: the card was declined, or the page
// did not answer.
func (m *market) press(ctx context.Context, page string) (again bool) {
	form := strings.NewReader(url.Values{"action": {"pay"}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, page, form)
	if err != nil {
		m.problem("the page %s: %v", page, err)
		return false
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := m.client.pages.Do(req)
	if err != nil {
		return true
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		m.problem("the page %s answered %s", page, res.Status)
		return false
	}
	return strings.HasPrefix(res.Header.Get("Location"), "?said=")
}
