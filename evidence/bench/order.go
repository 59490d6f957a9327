package bench

import (
	"fmt"
	"math/rand/v2"
)

// perTest is how many orders share a testId: the shop lists at most 20,000 of one.
const perTest = 10_000

// customers makes the requests of a run. All are test orders of private customers, who pay at once, and so have the most
// steps without a person.
type customers struct {
	host  string
	run   uint32 // distinguishes the keys of this run
	first int64  // testId of the first orders
}

func newCustomers(host string) customers {
	return customers{host: host, run: rand.Uint32(), first: 1 + rand.Int64N(1<<30)}
}

// testOf returns the testId of an order by its place in the run.
func (c customers) testOf(place int64) int64 { return c.first + place/perTest }

var markets = [...]struct {
	name, city, products string
	price                int
}{{"US", "Portland", "LB001,EX002", 65000}, {"MX", "Guadalajara", "BB001,LB002", 33000}}

// request appends the complete HTTP request for the order at a place in the run.
func (c customers) request(to []byte, place int64) []byte {
	m := markets[place%int64(len(markets))]
	body := fmt.Sprintf(`{"name":"Robin Bench %d","email":"robin.%d@example.com","phone":"+1 555 0100","street":"Long Way %d",`+
		`"city":%q,"customerType":"B2C","market":%q,"products":%q,"totalPrice":%d,"testId":%d,"orgNumber":0}`,
		place, place, place%900+1, m.city, m.name, m.products, m.price, c.testOf(place))
	return fmt.Appendf(to, "POST /createOrder HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nIdempotency-Key: bench-%08x-%d\r\n"+
		"Content-Length: %d\r\n\r\n%s", c.host, c.run, place, len(body), body)
}
