package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/event"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/fault"
)

// foundBy returns the numbers of the orders that a text finds.
func (f *fixture) foundBy(q database.OrderQuery) (found []int64) {
	f.Helper()
	answer, err := f.Search(ctx, q)
	if err != nil {
		f.Fatalf("%q: %v", q.Text, err)
	}
	for _, o := range answer.Orders {
		found = append(found, o.ID)
	}
	return found
}

// indexed has all orders in the index.
func (f *fixture) indexed() {
	f.Helper()
	f.pass(database.IndexAfter + time.Second)
	for more := true; more; {
		var err error
		if more, err = f.IndexOrders(ctx); err != nil {
			f.Fatal(err)
		}
	}
}

// ordersAreFoundByAnything, before they are in the index and after.
func ordersAreFoundByAnything(t *testing.T, f *fixture) {
	jose := f.created(func(o *order.Order) {
		o.Customer = order.Customer{Name: "José Núñez", Email: "Jose.Nunez@Example.com", Phone: "+52 (55) 1234-5678", Street: "Av. Álvaro Obregón 151", City: "Ciudad de México"}
		o.Market, o.Products, o.OrgNumber = "MX", event.Items{{SKU: "LB001", Quantity: 2}, {SKU: "BB002", Quantity: 1}}, "5560160680"
		o.Address = order.Address{PostalCode: "06700", Neighborhood: "Roma Norte", RecipientName: "Ana Gift", RecipientPhone: "+525599998888"}
	})
	ann := f.created(func(o *order.Order) {
		o.Customer = order.Customer{Name: "Ann O'Neil", Email: "ann@example.com", Phone: "2025550143", Street: "1 Main St", City: "Austin"}
		o.PaymentReference = "pi_3Nx:a'b"
	})
	other := f.created(func(o *order.Order) {
		o.Customer = order.Customer{Name: "Josefa Ruiz", Email: "jr@example.org", Phone: "", Street: "1 Main St", City: "Boston"}
	})
	f.created(func(o *order.Order) { o.TestID, o.Customer = 7, ann.Customer })
	cases := map[string]database.OrderQuery{}
	want := map[string][]int64{}
	sees := func(text string, ids ...int64) {
		cases[text], want[text] = database.OrderQuery{Text: text}, ids
	}
	sees("josé", other.ID, jose.ID)
	sees("JOSE nunez", jose.ID)
	sees("nuñ", jose.ID)
	sees("jose.nunez@example.com", jose.ID)
	sees("example.com", ann.ID, jose.ID)
	sees("+52 55 1234 5678", jose.ID)
	sees("55 1234 5678", jose.ID)
	sees("(202) 555-0143", ann.ID)
	sees("alvaro obregon 151", jose.ID)
	sees("lb001 mexico", jose.ID)
	sees("06700 roma", jose.ID)
	sees("ana gift", jose.ID)
	sees("5599998888", jose.ID)
	sees("BB002", jose.ID)
	sees("1 main st", other.ID, ann.ID)
	sees("main austin", ann.ID)
	sees("o'neil", ann.ID)
	sees("pi_3Nx:a'b", ann.ID)
	sees(string(ann.Ref()), ann.ID)
	sees(ann.ChargeKey(), ann.ID)
	sees(ann.Total.Decimal(), other.ID, ann.ID, jose.ID)
	sees(f.now().UTC().Format(time.DateOnly)+" austin", ann.ID)
	sees("556016", jose.ID) // the beginning
	sees("nobody")
	sees("mexi") // a city is a whole word
	sees(`") OR "*`)
	sees("' OR 1=1 --")
	sees("😀")
	check := func(when string) {
		t.Helper()
		for text, q := range cases {
			if diff := cmp.Diff(want[text], f.foundBy(q)); diff != "" {
				t.Errorf("%s, %q: %s", when, text, diff)
			}
		}
	}
	check("before it is indexed")
	f.indexed()
	check("in the index")
	if got := f.foundBy(database.OrderQuery{Text: "main", Market: "MX"}); got != nil {
		t.Errorf("in another market: %v", got)
	}
	if got := f.foundBy(database.OrderQuery{Tests: true}); len(got) != 1 {
		t.Errorf("test orders: %v", got)
	}
	if got := f.foundBy(database.OrderQuery{Real: true}); len(got) != 3 {
		t.Errorf("real orders: %v", got)
	}
}

// aDroppedOrderIsNotFound, also when it was indexed.
func aDroppedOrderIsNotFound(t *testing.T, f *fixture) {
	o := f.created(func(o *order.Order) { o.Status, o.Customer.Name = order.PaymentPending, "Yves" })
	f.indexed()
	if got := f.foundBy(database.OrderQuery{Text: "yves"}); len(got) != 1 {
		t.Fatalf("found %v", got)
	}
	if err := f.DropOrder(ctx, o.ID, order.IdempotencyKey{}); err != nil {
		t.Fatal(err)
	}
	if got := f.foundBy(database.OrderQuery{Text: "yves"}); got != nil {
		t.Errorf("a dropped order: %v", got)
	}
}

// keysAreRenewed: those from before open nothing from then on.
func keysAreRenewed(t *testing.T, f *fixture) {
	o := f.created()
	f.pass(time.Minute)
	after, err := f.RenewKeys(ctx, o.ID)
	if err != nil || !after.KeysFrom.Equal(f.now()) {
		t.Fatalf("from %s, %v; it is %s", after.KeysFrom, err, f.now())
	}
	if booking, err := f.Booking(ctx, o.ID); err != nil || !booking.KeysFrom.Equal(f.now()) {
		t.Errorf("delivery sees keys from %s, %v", booking.KeysFrom, err)
	}
	if _, err := f.RenewKeys(ctx, 1<<30); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("of no order: %v", err)
	}
}

// aSearchOfWordsGoesOnPageByPage, over what is in the index and what is not yet.
func aSearchOfWordsGoesOnPageByPage(t *testing.T, f *fixture) {
	for range 3 {
		f.created(func(o *order.Order) { o.Customer.Name = "Maria Page" })
	}
	f.indexed()
	for range 2 {
		f.created(func(o *order.Order) { o.Customer.Name = "Maria Page" })
	}
	seen, query := map[int64]bool{}, database.OrderQuery{Text: "maria", Limit: 2}
	for range 4 {
		found, err := f.Search(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found.Orders {
			seen[o.ID] = true
		}
		if query.Below = found.Next; found.Next == 0 {
			break
		}
	}
	if len(seen) != 5 || query.Below != 0 {
		t.Errorf("found %v, and would go on at %d", seen, query.Below)
	}
}
