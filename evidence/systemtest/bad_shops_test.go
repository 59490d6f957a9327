package systemtest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"golang.org/x/text/unicode/norm"
)

// on answers only the nth try of createOrder, with a status and body.
func on(n, status int, body string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(try int, w http.ResponseWriter, _ *http.Request) bool {
		if try != n {
			return false
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
		return true
	}
}

// spoil changes the nth order that the shop lists.
func spoil(n int, change func(*listed)) *fakeShop {
	return &fakeShop{alter: func(orders []listed) []listed {
		change(&orders[n-1])
		return orders
	}}
}

type badShop struct {
	shop *fakeShop
	want []string // words of each problem, in order
}

func badShops() map[string]badShop {
	return map[string]badShop{
		"loses an order": {
			&fakeShop{alter: func(orders []listed) []listed { return append(orders[:2], orders[3:]...) }},
			[]string{"order 1003 (no. 3): lost: it was acknowledged, but the shop does not list it"},
		},
		"doubles an order": {
			&fakeShop{alter: func(orders []listed) []listed { return append(orders, orders[2]) }},
			[]string{"order 1003 (no. 3): doubled: the shop lists it 2 times"},
		},
		"doubles an order under another number": {
			&fakeShop{alter: func(orders []listed) []listed {
				twin := orders[2]
				twin.OrderID = 77
				return append(orders, twin)
			}},
			[]string{"order 77: listed, but no createOrder answered with it; it doubles order 1003 (no. 3)"},
		},
		"lists a stranger": {
			&fakeShop{alter: func(orders []listed) []listed { return append(orders, listed{OrderID: 78}) }},
			[]string{"order 78: listed, but no createOrder answered with it"},
		},
		"takes accents apart": {
			spoil(2, func(l *listed) { l.CustomerName = norm.NFD.String("Jos\u00e9") }),
			[]string{"order 1002 (no. 2): customerName is \"Jose\u0301\"; sent was \""},
		},
		"loses a number's zeros": {
			spoil(3, func(l *listed) { l.OrgNumber = "7" }),
			[]string{`(no. 3): orgNumber is "7"; sent was "`},
		},
		"changes a price": {spoil(3, func(l *listed) { l.TotalPrice++ }), []string{`(no. 3): totalPrice is "`}},
		"changes all else": {
			spoil(3, func(l *listed) {
				*l = listed{
					OrderID: l.OrderID, Status: l.Status, DeliveryTime: l.DeliveryTime, CreatedAt: l.CreatedAt, StatusAt: l.StatusAt,
				}
			}),
			[]string{"customerName", "customerEmail", "customerPhone", "customerStreet", "customerCity", "customerType",
				"customerMarket", "orderedProducts", "totalPrice", "testId", "orgNumber"},
		},
		"shows letters as question marks": {
			spoil(2, func(l *listed) { l.CustomerCity = "M?rida" }),
			[]string{`order 1002 (no. 2): customerCity is "M?rida"; sent was "`},
		},
		"sticks": {
			spoil(3, func(l *listed) { l.Status = "PLACED" }),
			[]string{"order 1003 (no. 3): is PLACED and not DELIVERY_BOOKED 1m0s after the last createOrder"},
		},
		"books no time": {
			spoil(3, func(l *listed) { l.DeliveryTime = "" }),
			[]string{`deliveryTime is "", not milliseconds`},
		},
		"books the past": {
			spoil(3, func(l *listed) { l.DeliveryTime = "0" }),
			[]string{"deliveryTime 1970-01-01T00:00:00Z is not in the future"},
		},
		"forgets its creation": {
			spoil(3, func(l *listed) { l.CreatedAt = "" }),
			[]string{`createdAt is "", not milliseconds`},
		},
		"forgets its arrival": {
			spoil(3, func(l *listed) { l.StatusAt = "soon" }),
			[]string{`statusAt is "soon", not milliseconds`},
		},
		"answers 500": {
			&fakeShop{answer: on(3, 500, `{"detail":"the shop could not do this"}`)},
			[]string{`createOrder answered 500 Internal Server Error: {"detail":"the shop could not do this"}`},
		},
		"answers an empty conflict": {&fakeShop{answer: on(3, 409, "")}, []string{"createOrder answered 409 Conflict"}},
		"redirects":                 {&fakeShop{answer: on(3, 302, "")}, []string{"createOrder answered 302 Found"}},
		"is not a shop":             {&fakeShop{answer: on(3, 200, "<html>")}, []string{"answered 200, but not as agreed: "}},
		"answers FAILURE": {
			&fakeShop{answer: on(3, 200, `{"status":"FAILURE"}`)},
			[]string{"but not with status SUCCESS and a redirectUrl: {\"status\":\"FAILURE\"}"},
		},
		"gives no number": {
			&fakeShop{answer: on(3, 200, `{"status":"SUCCESS","redirectUrl":"/success"}`)},
			[]string{"but orderId is not a number from 1 to 2147483647"},
		},
		"answers at great length": {
			&fakeShop{answer: on(3, 200, strings.Repeat("x", maxAnswer+1))},
			[]string{"/createOrder answered more than 1048576 bytes"},
		},
		"fails to answer the order it made": {
			&fakeShop{
				answer: on(12, 500, ""),
				alter:  func(orders []listed) []listed { return append(orders, unanswered12(orders)) },
			},
			[]string{"no. 12: createOrder answered 500", "; it is no. 12, whose customer was told that it failed"},
		},
	}
}

// unanswered12 is the last order under an unacknowledged number.
func unanswered12(orders []listed) listed {
	return listed{OrderID: 79, CustomerEmail: makeOrders(0, 12, orders[0].TestID)[11].Email}
}

func TestBadShopsFail(t *testing.T) {
	for name, c := range badShops() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := dozen(t)
				cfg.Concurrency = 1 // so that the third order sent is no. 3
				got, err := run(t.Context(), cfg, inMemory{c.shop})
				failure, ok := errors.AsType[*Failure](err)
				if !ok || len(failure.Problems) != len(c.want) || got.Failures != len(c.want) {
					t.Fatalf("error %v\nsummary %+v", err, got)
				}
				for i, want := range c.want {
					if !strings.Contains(failure.Problems[i], want) {
						t.Errorf("problem %q\nwant %q", failure.Problems[i], want)
					}
				}
			})
		})
	}
}
