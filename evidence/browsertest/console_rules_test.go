//go:build browser

package browsertest

import (
	"fmt"
	"testing"
)

// TestConsoleTriesActivatesAndRollsBackRules: broken rules lead to their lines; others show what they would change before
// they can be activated; and back.
func TestConsoleTriesActivatesAndRollsBackRules(t *testing.T) {
	t.Parallel()
	s := start(t)
	made := s.create("Ann Buyer", "US")
	p := s.visit(desktop, "en-US")
	p.operate("/console/rules")
	p.says("#force", "Version 1 is in force")
	p.pressed("#versions", "Open version 1")
	p.until(`document.querySelector("#text").value.includes("price: 15000")`)
	p.expect("status of 400")
	p.edits("price: 15000", "price: -1")
	p.edits("capacity: 20", "capacity: 0, <b>new</b>: 1")
	p.pressed("#other", "What if?")
	p.says("#wrong", "must be a whole number from 1 to")
	p.says("#wrong", "delivery.US.capacity: must be a whole number from 1")
	p.says("#wrong", "delivery.US.<b>new</b>: unknown field")
	p.audit("broken rules")
	p.click("#wrong li button")
	p.until(`document.activeElement.id === "text" && document.getSelection().toString().includes("price: -1")`)
	p.edits("price: -1", "price: 14000")
	p.edits("capacity: 0, <b>new</b>: 1", "capacity: 20")
	p.edits("sku: BB001", "sku: NEW")
	p.pressed("#other", "What if?")
	p.says("#trial", "1 refused")
	p.says("#trial", fmt.Sprintf("Order %d", made.OrderID))
	p.edits("sku: NEW", "sku: BB001")
	p.edits("price: 15000", "price: 14500") // that of BB001
	p.pressed("#other", "What if?")
	p.says("#trial", "Of the last 1 order, 1 would be others")
	p.audit("what if")
	p.pressed("#trial", "Activate these rules")
	p.says("#ask-title", "Activate these rules?")
	p.audit("the question")
	p.fill("#ask input", "Bamboo <b>week</b>")
	p.click("#ask-yes")
	p.says("#force", "Version 2 is in force")
	p.says("#versions", "Bamboo <b>week</b>")
	if got := s.bonsai(); got != 14500 {
		t.Errorf("a bonsai costs %d", got)
	}
	p.click("#back")
	p.confirms("Roll back version 2?")
	p.says("#force", "Version 1 is in force")
	p.goTo(s.PrivateURL + "/console")
	p.says("#lately", "Rules rolled back")
}

// edits replaces a text in the editor of rules, once.
func (p *tab) edits(old, new string) {
	p.Helper()
	p.until(`(() => { const t = document.querySelector("#text"); const before = t.value; t.value = before.replace(%s, %s);
		t.dispatchEvent(new Event("input")); return t.value !== before; })()`, old, new)
}

// bonsai returns what a basic bonsai costs in the US.
func (s *shop) bonsai() int64 {
	s.Helper()
	var told struct {
		Products []struct {
			SKU   string
			Price int64
		}
	}
	s.call("GET", s.PublicURL+"/catalog", nil, &told)
	for _, p := range told.Products {
		if p.SKU == "BB001" {
			return p.Price
		}
	}
	return 0
}
