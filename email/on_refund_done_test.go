package email

import (
	"strings"
	"testing"
)

// TestAReasonIsShownAsTyped, never as markup; and no one is told when the money arrives of a way to pay that has no such words.
func TestAReasonIsShownAsTyped(t *testing.T) {
	s, o := service(t)
	if err := s.OnRefundDone(t.Context(), givenBack("US", "by pigeon", "<b>Sorry</b> & thanks")); err != nil {
		t.Fatal(err)
	}
	m := o.sent[0]
	if !strings.Contains(m.Text, "<b>Sorry</b> & thanks") || !strings.Contains(m.HTML, "&lt;b&gt;Sorry&lt;/b&gt; &amp; thanks") || strings.Contains(m.Text, "days") {
		t.Errorf("%s\n%s", m.Text, m.HTML)
	}
}
