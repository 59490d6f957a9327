package pricing

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
)

var (
	whens   = []string{"", "cart.pieces > 2", "cart.subtotal >= 5000", `customer.type == "B2B"`, `market.currency != "USD"`, `cart.items.exists(i, i.category == "plant")`}
	itemses = []string{"", `item.category == "plant"`, "item.price < 5000", "item.quantity >= 2", `item.sku in ["POT", "SOIL"]`}
	skus    = []string{"TREE", "POT", "SOIL"}
)

// anyOffers draws offers of all kinds, which may take off the whole price.
func anyOffers(t *rapid.T) map[string]Offer {
	offers := map[string]Offer{}
	for i := range rapid.IntRange(0, 6).Draw(t, "offers") {
		o := Offer{When: rapid.SampledFrom(whens).Draw(t, "when"), Priority: rapid.IntRange(-2, 2).Draw(t, "priority")}
		switch rapid.IntRange(0, 4).Draw(t, "effect") {
		case 0:
			o.Free = Free{rapid.SampledFrom(skus).Draw(t, "gift"), rapid.Int64Range(1, 3).Draw(t, "gifts")}
		case 1:
			o.Amount = fmt.Sprintf("cart.subtotal / %d", rapid.IntRange(1, 9).Draw(t, "part"))
		case 2:
			o.When, o.Amounts = "", amounts(rapid.Int64Range(1, 333).Draw(t, "amount"))
		case 3:
			o.Nth = rapid.Int64Range(2, 4).Draw(t, "nth")
			fallthrough
		default:
			o.Percent = money.Percent(rapid.Int64Range(1, int64(money.Hundred)).Draw(t, "percent"))
			o.Items = rapid.SampledFrom(itemses).Draw(t, "items")
		}
		if rapid.Bool().Draw(t, "coded") {
			o.Code = fmt.Sprint("CODE", i)
		}
		if i > 0 && rapid.Bool().Draw(t, "excludes") {
			o.Excludes = []string{fmt.Sprint("offer", rapid.IntRange(0, i-1).Draw(t, "excluded"))}
		}
		if i%2 == 0 && len(o.Excludes) == 0 {
			o.Group = rapid.SampledFrom([]string{"", "one-of"}).Draw(t, "group")
		}
		offers[fmt.Sprint("offer", i)] = o
	}
	return offers
}

func anyCart(t *rapid.T) Cart {
	return Cart{
		Market:       rapid.SampledFrom([]string{"US", "CA", "DE"}).Draw(t, "market"),
		CustomerType: rapid.SampledFrom([]string{"B2C", "B2B"}).Draw(t, "type"),
		Items:        event.ParseItems(strings.Join(rapid.SliceOfN(rapid.SampledFrom(skus), 1, 20).Draw(t, "pieces"), ",")),
		Codes:        Codes(rapid.SliceOfN(rapid.SampledFrom([]string{"code0", "CODE1", "CODE2", "CODE3", "NONE"}), 0, 5).Draw(t, "codes")),
		Now:          time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC),
	}
}

// anySet draws valid rules; those that a trial refuses are drawn again.
func anySet(t *rapid.T) *Set {
	spec := shop(anyOffers(t))
	for sku := range spec.Markets["US"].Prices {
		spec.Markets["US"].Prices[sku] = rapid.Int64Range(333, 50_000).Draw(t, sku) // one map for all three
	}
	for name, m := range spec.Markets {
		m.MaxOff = money.Percent(rapid.Int64Range(0, int64(money.Hundred)).Draw(t, "most"))
		if rapid.Bool().Draw(t, "charged") {
			m.Charges = []Charge{{Name: "shipping", Amount: rapid.Int64Range(1, 999).Draw(t, "charge"), PerPiece: rapid.Bool().Draw(t, "each"), FreeFrom: rapid.Int64Range(0, 30_000).Draw(t, "free")}}
		}
		spec.Markets[name] = m
	}
	set, problems := Compile(spec)
	if len(problems) > 0 {
		t.Skip(problems)
	}
	return set
}

func TestAnyPriceIsRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, c := anySet(t), anyCart(t)
		q, err := set.Quote(c, func(offer string, err error) { t.Fatalf("%s: %v", offer, err) })
		if err != nil {
			t.Fatal(err)
		}
		checkSums(t, q)
		checkMost(t, q, set.markets[c.Market].MaxOff)
		c.Items = event.ParseItems(strings.Join(rapid.Permutation(c.Items.SKUs()).Draw(t, "in another order"), ","))
		again, err := set.Quote(c, nil)
		if diff := cmp.Diff(q, again); err != nil || diff != "" {
			t.Fatalf("in another order: %v\n%s", err, diff)
		}
	})
}

// checkSums checks doc.go's promises for a quote.
func checkSums(t *rapid.T, q Quote) {
	var total, subtotal, charges, off, tax, added int64
	for _, l := range q.Lines {
		left := l.UnitPrice * l.Quantity
		if l.Charge == "" {
			subtotal += left
		} else {
			charges += left
		}
		for _, o := range l.Off {
			left -= o.Amount
			off += o.Amount
			if o.Amount <= 0 {
				t.Fatalf("%s takes %d", o.Offer, o.Amount)
			}
		}
		total += l.Total
		tax += l.Tax
		if left < 0 || l.Total < 0 || l.Tax < 0 || l.Tax > l.Total || l.Total < left || l.Total > left+l.Tax {
			t.Fatalf("%d is left: %+v", left, l)
		}
	}
	for _, o := range q.Offers {
		off -= o.Amount
	}
	for _, x := range q.Taxes {
		if tax -= x.Amount; !x.Included {
			added += x.Amount
		}
	}
	if total != q.Total || q.Total < 0 || subtotal != q.Subtotal || off != 0 || tax != 0 {
		t.Fatalf("total %d, subtotal %d, %d of offers and %d of taxes are nowhere: %+v", total, subtotal, off, tax, q)
	}
	for _, o := range q.Offers {
		subtotal -= o.Amount
	}
	if subtotal+charges+added != q.Total {
		t.Fatalf("subtotal, offers, charges and added taxes make %d: %+v", subtotal+charges+added, q)
	}
}

// checkMost checks that offers do not take off more than the market allows: of the products that the customer asked for.
func checkMost(t *rapid.T, q Quote, most money.Percent) {
	var asked, off int64
	for _, l := range q.Lines {
		if !l.Gift && l.Charge == "" {
			asked += l.UnitPrice * l.Quantity
		}
	}
	for _, o := range q.Offers {
		off += o.Amount
	}
	if allowed, err := most.Of(asked); err != nil || most > 0 && off > allowed {
		t.Fatalf("%d off, and %d is the most: %v", off, allowed, err)
	}
}

func BenchmarkQuote(b *testing.B) {
	for name, offers := range map[string]map[string]Offer{
		"plain": nil,
		"offers": {
			"weekend": {When: "cart.subtotal >= 10000", Items: `item.category == "plant"`, Percent: percent("10")},
			"welcome": {Code: "WELCOME", When: "cart.subtotal > 500", Amounts: amounts(500)},
			"gift":    {When: `cart.items.exists(i, i.sku == "TREE")`, Free: Free{"SOIL", 1}},
			"third":   {Nth: 3, Percent: percent("100")},
		},
	} {
		b.Run(name, func(b *testing.B) {
			set, c := compiled(b, offers), cart("CA", "TREE,POT,TREE,SOIL,POT", "WELCOME")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := set.Quote(c, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
