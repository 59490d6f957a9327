package systemtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"github.com/brianvoe/gofakeit/v7"
	"golang.org/x/text/unicode/norm"
)

// segments take turns, so that three orders already have one of each.
var segments = []struct {
	market, customerType string
	customer             func(*gofakeit.Faker) order
}{
	{"US", "B2C", american},
	{"MX", "B2C", mexican},
	{"US", "B2B", company},
}

// catalog has the prices of the shop in dollars. Test orders may have any price; correct ones make them realistic.
var catalog = []struct {
	sku     string
	dollars int64
}{{"LB001", 150}, {"LB002", 180}, {"EX001", 300}, {"EX002", 500}, {"BB001", 150}, {"BB002", 125}}

// makeOrders makes n realistic orders. The same seed makes the same ones, and fewer of them are the first of more.
func makeOrders(seed uint64, n int, testID int64) []order {
	f := gofakeit.NewFaker(rand.NewPCG(seed, 0), false)
	orders := make([]order, n)
	for i := range orders {
		s := segments[i%len(segments)]
		o := s.customer(f)
		o.number, o.TestID, o.Market, o.CustomerType = i+1, testID, s.market, s.customerType
		o.Email = email(f, o.Name, o.number)
		o.Products, o.TotalPrice = cart(f)
		orders[i] = o
	}
	return orders
}

func american(f *gofakeit.Faker) order {
	name := f.FirstName() + " " + f.LastName()
	if oneIn(f, 10) {
		name = pick(f, hardNames)
	}
	street := americanStreet(f) + pick(f, []string{"", "", " Apt. 4B", " #12"})
	return order{Name: name, Phone: americanPhone(f), Street: street, City: f.City()}
}

func mexican(f *gofakeit.Faker) order {
	return order{
		Name:   pick(f, mexicanFirst) + " " + pick(f, mexicanLast) + " " + pick(f, mexicanLast),
		Phone:  mexicanPhone(f),
		Street: fmt.Sprintf("%s %d, Col. %s", pick(f, mexicanStreets), f.Number(1, 2400), pick(f, mexicanQuarters)),
		City:   pick(f, mexicanCities),
	}
}

func company(f *gofakeit.Faker) order {
	return order{
		Name:      f.LastName() + pick(f, companyForms),
		Phone:     americanPhone(f),
		Street:    fmt.Sprintf("%s, Suite %d", americanStreet(f), f.Number(1, 40)*10),
		City:      f.City(),
		OrgNumber: orgNumber(f),
	}
}

// americanPhone ends in 555-0100 to 555-0199, which the numbering plan reserves for fiction.
func americanPhone(f *gofakeit.Faker) string {
	form := pick(f, []string{"(%d) 555-01%02d", "+1 %d 555 01%02d", "%d-555-01%02d"})
	return fmt.Sprintf(form, f.Number(2, 9)*100+f.Number(12, 89), f.Number(0, 99))
}

// mexicanPhone has a 0 after the area code, with which no number starts there.
func mexicanPhone(f *gofakeit.Faker) string {
	area := pick(f, []string{"55", "33", "81", "222", "442", "656", "998", "999"})
	return fmt.Sprintf("+52 %s 0%s %s", area, f.DigitN(uint(5-len(area))), f.DigitN(4))
}

func americanStreet(f *gofakeit.Faker) string {
	return fmt.Sprintf("%d %s %s", f.Number(1, 9999), f.LastName(), pick(f, americanStreets))
}

// orgNumber usually has the nine digits of an American employer's; occasionally it has a limit of 6 to 20.
func orgNumber(f *gofakeit.Faker) digits {
	length := 9
	if oneIn(f, 4) {
		length = f.Number(6, 20)
	}
	return digits(f.DigitN(uint(length-1)) + fmt.Sprint(f.Number(1, 9)))
}

// email is in a domain reserved for examples (RFC 2606), so no mail ever reaches a stranger. The number makes it unique
// within the test, to find orders that the shop doubled.
func email(f *gofakeit.Faker, name string, number int) string {
	var parts []string
	for _, word := range strings.Fields(norm.NFD.String(strings.ToLower(name))) {
		if letters := strings.Map(onlyLetters, word); letters != "" {
			parts = append(parts, letters)
		}
	}
	return fmt.Sprintf("%s.%d@example.%s", strings.Join(parts, "."), number, pick(f, []string{"com", "org"}))
}

func onlyLetters(r rune) rune {
	if r > unicode.MaxASCII || !unicode.IsLetter(r) {
		return -1
	}
	return r
}

// cart returns 1 to 5 pieces and their price in cents.
func cart(f *gofakeit.Faker) (products string, price int64) {
	skus := make([]string, f.Number(1, 5))
	for i := range skus {
		p := pick(f, catalog)
		skus[i] = p.sku
		price += p.dollars * 100
	}
	return strings.Join(skus, ","), price
}

func pick[T any](f *gofakeit.Faker, from []T) T { return from[f.Number(0, len(from)-1)] }

func oneIn(f *gofakeit.Faker, n int) bool { return f.Number(1, n) == 1 }
