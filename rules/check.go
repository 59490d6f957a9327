package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"acme.example/webshop/database"
	"acme.example/webshop/delivery"
	"acme.example/webshop/email"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
)

// maxWrong bounds how much that is wrong is told at once.
const maxWrong = 50

// Wrong is what is wrong with a set of rules: texts for people, each with its line.
type Wrong []string

// Error tells all of it, a line for each.
func (w Wrong) Error() string { return strings.Join(w, "\n") }

// checker collects what is wrong with a set of rules.
type checker struct {
	tree      *ast.File
	providers []string
	wrong     Wrong
}

// newChecker is a checker of a text that can be read.
func newChecker(text []byte, providers []string) *checker {
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		tree = &ast.File{} // it was read before: no line is told
	}
	return &checker{tree: tree, providers: providers}
}

// require notes what is wrong at a path, with the path's line, unless it is right. It returns whether it is.
func (c *checker) require(right bool, path, problem string, args ...any) bool {
	if right || len(c.wrong) > maxWrong {
		return right
	}
	c.wrongAt(c.line(path), path, fmt.Sprintf(problem, args...))
	return false
}

func (c *checker) wrongAt(line int, path, problem string) {
	if len(c.wrong) == maxWrong {
		problem = "and more; these are the first"
	}
	if len(c.wrong) > maxWrong {
		return
	}
	c.wrong = append(c.wrong, fmt.Sprintf("rules: line %d: %s: %s", line, strings.TrimPrefix(path, "$."), problem))
}

// node is what stands at a path.
func (c *checker) node(p *yaml.Path) (ast.Node, error) { return p.FilterFile(c.tree) }

// line is where a path stands in the text; of a path that is missing, its nearest parent.
func (c *checker) line(path string) int {
	for ; path != "$" && path != ""; path = path[:max(strings.LastIndexAny(path, ".["), 0)] {
		p, err := yaml.PathString(path)
		if err != nil {
			continue
		}
		if node, err := p.FilterFile(c.tree); err == nil && node != nil {
			return node.GetToken().Position.Line
		}
	}
	return 1
}

func (c *checker) catalog(f form) []order.Product {
	c.require(f.Currency.Known(), "$.currency", "%q is not a currency that the shop knows", f.Currency)
	c.require(len(f.Catalog) > 0, "$.catalog", "must hold a product")
	var products []order.Product
	seen := map[string]bool{}
	for i, p := range f.Catalog {
		at := fmt.Sprintf("$.catalog[%d]", i)
		c.require(p.SKU != "" && !strings.ContainsAny(p.SKU, ", "), at+".sku", "must be a name without commas and spaces")
		c.require(!seen[p.SKU], at+".sku", "%s is there twice", p.SKU)
		c.require(p.Price > 0, at+".price", "must be positive, in minor units")
		for _, language := range email.Languages() {
			c.require(p.Name[language] != "", at+".name", "has no text for %q", language)
			c.require(p.Description[language] != "", at+".description", "has no text for %q", language)
		}
		seen[p.SKU] = true
		products = append(products, order.Product{
			SKU: p.SKU, Name: p.Name, Description: p.Description, Category: p.Category, Price: money.Amount{Minor: p.Price, Currency: f.Currency},
		})
	}
	return products
}

func (c *checker) markets(f form) map[string]order.Market {
	c.require(len(f.Markets) > 0, "$.markets", "must hold a market")
	markets := map[string]order.Market{}
	for name, m := range f.Markets {
		at := "$.markets." + name
		c.require(m.Currency.Known(), at+".currency", "%q is not a currency that the shop knows", m.Currency)
		c.require(slices.Contains(email.Languages(), m.Language), at+".language", "must be one of %v", email.Languages())
		c.require(slices.Contains(c.providers, m.PaymentProvider), at+".paymentProvider", "must be one of %v", c.providers)
		markets[name] = order.Market{
			Currency: m.Currency, Language: m.Language, Provider: m.PaymentProvider,
			Rate: c.rate(f, m, at), Zone: c.zone(m, at), Tax: c.tax(m.Tax, f, at+".tax"),
		}
	}
	return markets
}

func (c *checker) rate(f form, m marketEntry, at string) *money.Rate {
	if m.Currency == f.Currency {
		c.require(m.Rate == "", at+".rate", "must be left out: prices are in %s already", f.Currency)
		return nil
	}
	rate, err := money.ParseRate(m.Rate)
	c.require(err == nil, at+".rate", "must be how many %s one %s is, e.g. \"20\"", m.Currency, f.Currency)
	return &rate
}

func (c *checker) zone(m marketEntry, at string) *time.Location {
	zone, err := time.LoadLocation(m.TimeZone)
	if !c.require(err == nil && m.TimeZone != "", at+".timeZone", "%q is not an IANA time zone", m.TimeZone) {
		return time.UTC
	}
	return zone
}

func (c *checker) customerTypes(f form) map[string]order.CustomerType {
	c.require(len(f.CustomerTypes) > 0, "$.customerTypes", "must hold a customer type")
	types := map[string]order.CustomerType{}
	for name, t := range f.CustomerTypes {
		at := "$.customerTypes." + name
		c.require(t.Payment == "at-once" || t.Payment == "invoice", at+".payment", "must be at-once or invoice")
		c.require(len(t.Markets) > 0, at+".markets", "must hold a market")
		for i, m := range t.Markets {
			_, known := f.Markets[m]
			c.require(known, fmt.Sprintf("%s.markets[%d]", at, i), "there is no market %q", m)
		}
		customer := order.CustomerType{PaysAtOnce: t.Payment == "at-once", Markets: t.Markets, Label: t.Label, Details: c.details(t.Details, at)}
		c.label(t.Label, at, false)
		if n := t.OrgNumber; n != nil {
			c.require(n.MinDigits >= 6 && n.MaxDigits >= n.MinDigits && n.MaxDigits <= 20, at+".orgNumber", "must have 6 ≤ minDigits ≤ maxDigits ≤ 20, as the event's schema has")
			customer.OrgNumber = &order.Digits{Min: n.MinDigits, Max: n.MaxDigits}
		}
		types[name] = customer
	}
	return types
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

func (c *checker) calendars(f form) map[string]delivery.Calendar {
	calendars := map[string]delivery.Calendar{}
	for _, market := range slices.Sorted(maps.Keys(f.Markets)) {
		_, has := f.Delivery[market]
		c.require(has, "$.delivery", "has no delivery rules for market %s", market)
	}
	for market, d := range f.Delivery {
		at := "$.delivery." + market
		m, known := f.Markets[market]
		c.require(known, at, "there is no market %q", market)
		c.require(d.FirstDay >= 0 && d.FirstDay <= 60, at+".firstDay", "must be 0 to 60")
		c.require(d.Days > 0 && d.Days <= 60, at+".days", "must be 1 to 60")
		c.require(d.Capacity > 0, at+".capacity", "must be positive")
		calendar := delivery.Calendar{FirstDay: d.FirstDay, Days: d.Days, Capacity: d.Capacity, Zone: time.UTC}
		if known {
			calendar.Zone, _ = time.LoadLocation(m.TimeZone) // a wrong one is told with the market
		}
		calendar.Weekdays, calendar.Starts = c.days(d, at), c.starts(d, at)
		calendars[market] = calendar
	}
	return calendars
}

func (c *checker) days(d calendarEntry, at string) (days []time.Weekday) {
	c.require(len(d.Weekdays) > 0, at+".weekdays", "must hold a day")
	for i, name := range d.Weekdays {
		day, ok := weekdays[name]
		c.require(ok, fmt.Sprintf("%s.weekdays[%d]", at, i), "%q is none of sun, mon, tue, wed, thu, fri, sat", name)
		days = append(days, day)
	}
	return days
}

func (c *checker) starts(d calendarEntry, at string) (starts []time.Duration) {
	c.require(len(d.Starts) > 0, at+".starts", "must hold a time")
	for i, text := range d.Starts {
		clock, err := time.Parse("15:04", text)
		start := time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute
		place := fmt.Sprintf("%s.starts[%d]", at, i)
		c.require(err == nil, place, "%q is not a time of day such as 09:00", text)
		c.require(i == 0 || start > starts[i-1], place, "must be later than the one before")
		starts = append(starts, start)
	}
	return starts
}

func (c *checker) deadlines(f form) database.Deadlines {
	d := database.Deadlines{Receipts: subscribers(), Statuses: map[order.Status]time.Duration{}}
	for name, longest := range f.Deadlines {
		c.require(longest > 0, "$.deadlines."+name, "must be positive, e.g. 2m")
		if _, isSubscriber := d.Receipts[name]; isSubscriber {
			d.Receipts[name] = longest
			continue
		}
		status := order.Status(name)
		c.require(status.Known() && len(status.Next()) > 0, "$.deadlines."+name, "is not a status that an order leaves, and no subscriber")
		d.Statuses[status] = longest
	}
	return d
}

// subscribers is how long each subscriber has where the rules do not say so.
func subscribers() map[string]time.Duration {
	deadlines := map[string]time.Duration{}
	for _, sub := range event.Subscriptions {
		deadlines[sub.Subscriber] = sub.Deadline
	}
	return deadlines
}
