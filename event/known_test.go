package event

import (
	"fmt"
	"testing"
)

func TestWhatIsKnownIsValidAndBounded(t *testing.T) {
	valid := func(i int) []byte { return fmt.Appendf(nil, `{"orderId":%d,"testId":0}`, i) }
	for i := 1; i <= 3*mostKnown; i++ {
		for range 2 { // the second time it is known
			if err := Validate(TypeStockCreated, valid(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	k := resolved[TypeStockCreated].known
	if n := len(k.young) + len(k.old); n > 2*mostKnown || !k.has(valid(3*mostKnown)) || k.has(valid(1)) {
		t.Errorf("%d payloads are known; the newest %v, the oldest %v", n, k.has(valid(3*mostKnown)), k.has(valid(1)))
	}
	for range 2 {
		if Validate(TypeStockCreated, []byte(`{"orderId":0,"testId":0}`)) == nil {
			t.Error("an invalid payload is valid")
		}
		if Validate(TypeOrderCreated, valid(1)) == nil {
			t.Error("what is valid as one type is valid as another")
		}
	}
}
