package rules

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"acme.example/webshop/address"
	"acme.example/webshop/delivery"
	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
)

// maxWrong bounds how many problems are reported at once.
const maxWrong = 50

// Wrong is what is wrong with a set of rules: texts for people, each with its line.
type Wrong []string

// Error tells all of it, a line for each.
func (w Wrong) Error() string { return strings.Join(w, "\n") }

// checker makes a set of a form, and collects what is wrong with it.
type checker struct {
	stored  bool           // the rules were checked before: only what cannot be read is wrong
	now     time.Time      // when offers are tried
	lines   map[string]int // where each path is in the text
	blocks  map[string]bool
	found   []problem
	leftOut []string        // of stored rules
	warned  []problem       // what is valid, and may not be meant
	told    map[string]bool // the paths with a problem
}

// problem is something wrong in a line.
type problem struct {
	line int
	text string
}

// wrong is what was found, by lines; nil for nothing.
func (c *checker) wrong() error {
	if len(c.found) == 0 {
		return nil
	}
	wrong := Wrong(byLine(c.found))
	if len(wrong) > maxWrong {
		wrong = append(wrong[:maxWrong], "rules: and more; these are the first")
	}
	return wrong
}

// byLine tells of problems, each with its line.
func byLine(all []problem) (told []string) {
	slices.SortStableFunc(all, func(a, b problem) int { return cmp.Compare(a.line, b.line) })
	for _, p := range all {
		told = append(told, fmt.Sprintf("rules: line %d: %s", p.line, p.text))
	}
	return told
}

// require notes what is wrong at a path, with the path's line, unless it is right. It returns whether it is. Stored rules are
// taken as they are.
func (c *checker) require(right bool, path, problem string, args ...any) bool {
	if !right && !c.stored {
		c.wrongAt(c.line(path), path, fmt.Sprintf(problem, args...))
	}
	return right
}

// need is require for what stored rules cannot be read without either.
func (c *checker) need(right bool, path, problem string, args ...any) bool {
	if !right {
		c.wrongAt(c.line(path), path, fmt.Sprintf(problem, args...))
	}
	return right
}

// wrongAt notes what is wrong in a line, unless something is of the same path already, or too much is.
func (c *checker) wrongAt(line int, path, text string) {
	if c.told[path] || len(c.found) > maxWrong {
		return
	}
	if c.told == nil {
		c.told = map[string]bool{}
	}
	c.told[path] = true
	if path != "" {
		text = path + ": " + text
	}
	c.found = append(c.found, problem{line, text})
}

// line is where a path is in the text; of a path that is missing, its nearest parent.
func (c *checker) line(path string) int {
	for ; path != ""; path = path[:max(strings.LastIndexAny(path, ".["), 0)] {
		if line, has := c.lines[path]; has {
			return line
		}
	}
	return 1
}

// holds checks for how long something is remembered.
func (c *checker) holds(d, least time.Duration, path string) {
	c.require(d >= least && d <= order.MaxHold, path, "must be from %s to %s", least, order.MaxHold)
}

func (c *checker) catalog(f form) []order.Product {
	c.need(f.Currency.Known(), "currency", "%q is not a currency that the shop knows", f.Currency)
	var products []order.Product
	seen := map[string]bool{}
	for i, p := range f.Catalog {
		c.require(!seen[p.SKU], fmt.Sprintf("catalog[%d].sku", i), "%s is there twice", p.SKU)
		seen[p.SKU] = true
		c.require(p.Low == 0 || p.Stock != nil, fmt.Sprintf("catalog[%d].low", i), "is for a product with a stock only")
		products = append(products, order.Product{
			SKU: p.SKU, Name: p.Name, Description: p.Description, Category: p.Category, TaxClass: p.TaxClass, Drawing: p.drawing(),
			Price: money.Amount{Minor: p.Price, Currency: f.Currency}, Stock: p.Stock, Low: p.Low, LeadDays: p.LeadDays,
			Facts: p.Facts,
		})
	}
	return products
}

func (c *checker) markets(f form) map[string]order.Market {
	markets := map[string]order.Market{}
	for _, name := range slices.Sorted(maps.Keys(f.Markets)) {
		m, at := f.Markets[name], "markets."+name
		addresses := c.address(m.Address, at+".address")
		c.need(m.Currency.Known(), at+".currency", "%q is not a currency that the shop knows", m.Currency)
		markets[name] = order.Market{
			Currency: m.Currency, Language: m.Language, Provider: m.PaymentProvider,
			Rate: c.rate(f, m, at), Zone: c.zone(m, at), Tax: c.tax(m.Tax, f, at+".tax"), Methods: c.methods(f, m, at), Address: addresses, Taxed: c.jurisdictions(m.Tax, addresses, at+".tax"), CutOff: f.Delivery[name].Changes.cutOff(),
			Charges: c.charges(m, f, at+".charges"), MaxOff: c.maxOff(m.MaxOff, at),
			Places:  address.Places{Market: f.Delivery[name].Capacity, Zones: f.Delivery[name].ZoneCapacity},
			Tracked: f.Delivery[name].Tracked, Contact: m.Contact.contact(), Keep: m.Privacy.keep(), Complaints: m.Complaints.days(),
		}
		c.covered(m.Tax, name, markets[name], f)
	}
	return markets
}

func (c *checker) rate(f form, m marketEntry, at string) *money.Rate {
	if m.Currency == f.Currency {
		c.require(m.Rate == "", at+".rate", "must be left out: prices are in %s already", f.Currency)
		return nil
	}
	rate, err := money.ParseRate(m.Rate)
	c.need(err == nil, at+".rate", "must be how many %s one %s is, e.g. \"20\"", m.Currency, f.Currency)
	return &rate
}

// onlyHere are names that Go takes for time zones and a browser does not. Earlier forms of the rules allowed them.
var onlyHere = regexp.MustCompile(`^(Local|localtime|posixrules|Factory|(right|posix)/.*)$`)

func (c *checker) zone(m marketEntry, at string) *time.Location {
	zone, err := time.LoadLocation(m.TimeZone)
	known := err == nil && !onlyHere.MatchString(m.TimeZone)
	if c.require(known, at+".timeZone", "%q is not an IANA time zone", m.TimeZone) {
		return zone
	}
	c.leftOut = append(c.leftOut, fmt.Sprintf("%s: the time zone %q is not known here, and UTC stands in for it", at, m.TimeZone))
	return time.UTC
}

func (c *checker) customerTypes(f form) map[string]order.CustomerType {
	types := map[string]order.CustomerType{}
	for _, name := range slices.Sorted(maps.Keys(f.CustomerTypes)) {
		t, at := f.CustomerTypes[name], "customerTypes."+name
		for i, m := range t.Markets {
			_, known := f.Markets[m]
			c.require(known, fmt.Sprintf("%s.markets[%d]", at, i), "there is no market %q", m)
		}
		customer := order.CustomerType{PaysAtOnce: t.Payment == "at-once", Markets: t.Markets, Label: t.Label, Details: c.details(t.Details, at)}
		if n := t.OrgNumber; n != nil {
			customer.OrgNumber = c.orgNumber(*n, t.Markets, at+".orgNumber")
		}
		types[name] = customer
	}
	return types
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

// weekdayNames are the names of the days, in their order.
var weekdayNames = slices.SortedFunc(maps.Keys(weekdays), func(a, b string) int { return int(weekdays[a] - weekdays[b]) })

func (c *checker) calendars(f form, markets map[string]order.Market) map[string]delivery.Calendar {
	calendars := map[string]delivery.Calendar{}
	for _, market := range slices.Sorted(maps.Keys(f.Markets)) {
		_, has := f.Delivery[market]
		c.require(has, "delivery", "has no delivery rules for market %s", market)
	}
	for _, market := range slices.Sorted(maps.Keys(f.Delivery)) {
		d, at := f.Delivery[market], "delivery."+market
		m, known := markets[market]
		c.require(known, at, "there is no market %q", market)
		calendars[market] = c.calendar(d, m, at)
	}
	return calendars
}

func (c *checker) calendar(d calendarEntry, m order.Market, at string) delivery.Calendar {
	calendar := delivery.Calendar{FirstDay: d.FirstDay, Days: d.Days, Capacity: d.Capacity, Zones: d.ZoneCapacity, Zone: cmp.Or(m.Zone, time.UTC), CutOff: d.Changes.cutOff()}
	c.require(d.Changes == nil || d.Changes.Until >= 0 && d.Changes.Until <= maxDeadline, at+".changes.until", "must be at most %s", maxDeadline)
	calendar.Weekdays, calendar.Closed, calendar.Closing = c.days(d, at), d.Closed, c.closing(d, at)
	calendar.Starts, calendar.Lengths = c.windows(d, at)
	for _, zone := range slices.Sorted(maps.Keys(d.ZoneCapacity)) {
		c.require(hasZone(m, zone), at+".zoneCapacity."+zone, "is not a zone of the market's addresses")
	}
	return calendar
}

func (c *checker) days(d calendarEntry, at string) (days []time.Weekday) {
	for i, name := range d.Weekdays {
		day, ok := weekdays[name]
		c.need(ok, fmt.Sprintf("%s.weekdays[%d]", at, i), "%q is none of %s", name, strings.Join(weekdayNames, ", "))
		days = append(days, day)
	}
	return days
}

// windows are when the slots of a day begin, and how long they are where the rules say so.
func (c *checker) windows(d calendarEntry, at string) (starts, lengths []time.Duration) {
	c.need(len(d.Starts) == 0 != (len(d.Windows) == 0), at, "must have either starts or windows")
	if len(d.Windows) == 0 {
		return c.starts(d, at), nil
	}
	for i, text := range d.Windows {
		place := fmt.Sprintf("%s.windows[%d]", at, i)
		from, until, _ := strings.Cut(text, "-")
		start, startErr := timeOfDay(from)
		end, endErr := timeOfDay(until)
		c.need(startErr == nil && endErr == nil && end > start, place, "%q is not a window such as 08:00-12:00", text)
		c.require(i == 0 || start > starts[i-1], place, "must begin later than the one before")
		starts, lengths = append(starts, start), append(lengths, end-start)
	}
	return starts, lengths
}

// closing is when the first day is no longer offered.
func (c *checker) closing(d calendarEntry, at string) *time.Duration {
	if d.OrderUntil == "" {
		return nil
	}
	clock, err := timeOfDay(d.OrderUntil)
	c.need(err == nil, at+".orderUntil", "%q is not a time of day such as 16:00", d.OrderUntil)
	return &clock
}

func timeOfDay(text string) (time.Duration, error) {
	clock, err := time.Parse("15:04", text)
	return time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute, err
}

func (c *checker) starts(d calendarEntry, at string) (starts []time.Duration) {
	for i, text := range d.Starts {
		start, err := timeOfDay(text)
		place := fmt.Sprintf("%s.starts[%d]", at, i)
		c.need(err == nil, place, "%q is not a time of day such as 09:00", text)
		c.require(i == 0 || start > starts[i-1], place, "must be later than the one before")
		starts = append(starts, start)
	}
	return starts
}

// maxDeadline bounds how late the operator hears of an order that stands still.
const maxDeadline = 365 * 24 * time.Hour

func (c *checker) deadlines(f form) database.Deadlines {
	d := database.Deadlines{Receipts: subscribers(), Statuses: map[order.Status]time.Duration{}}
	for _, name := range slices.Sorted(maps.Keys(f.Deadlines)) {
		longest, status := f.Deadlines[name], order.Status(name)
		c.require(longest > 0 && longest <= maxDeadline, "deadlines."+name, "must be more than 0 and at most %s", maxDeadline)
		if _, isSubscriber := d.Receipts[name]; isSubscriber {
			d.Receipts[name] = longest
		} else if status.Known() {
			d.Statuses[status] = longest
		}
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
