package examples_test

import (
	"testing"
	"time"

	"acme.example/webshop/rules"
	"acme.example/webshop/rules/examples"
)

// TestEachExampleIsRightOverTheBuiltInRules, and all of them together.
func TestEachExampleIsRightOverTheBuiltInRules(t *testing.T) {
	for _, names := range [][]string{{"canada"}, {"canada", "b2g"}, {"weekend"}, {"fraud"}, {"canada", "b2g", "weekend", "fraud"}} {
		text, err := examples.Over(rules.Default, names...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rules.Check(text, []string{"payments-us", "payments-mx"}, time.Now()); err != nil {
			t.Errorf("%v: %v\n%s", names, err, text)
		}
	}
	if _, err := examples.Over(rules.Default, "nowhere"); err == nil {
		t.Error("an unknown example was read")
	}
}
