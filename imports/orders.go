package imports

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"acme.example/webshop/event"
	"acme.example/webshop/money"
	"acme.example/webshop/order"
	"acme.example/webshop/platform/mailaddr"
)

// Level is the severity of a finding.
type Level string

// The levels of findings.
const (
	Wrong        Level = "wrong"        // the row cannot be an order
	Questionable Level = "questionable" // it can, but someone should check it
	Conflict     Level = "conflict"     // it differs from the order here, which stays
)

// Finding is a report about a row for the operator.
type Finding struct {
	Row     int    `json:"row"`
	Line    int    `json:"line"`
	OrderID string `json:"orderId"` // as it is in the row
	Level   Level  `json:"level"`
	Column  string `json:"column,omitempty"`
	What    string `json:"what"`
}

func (f Finding) String() string {
	where := fmt.Sprintf("row %d (line %d, order %s): ", f.Row, f.Line, f.OrderID)
	if f.Column != "" {
		where += f.Column + " "
	}
	return where + f.What
}

const (
	// MaxNumber bounds the numbers of orders: new ones are numbered above the highest, up to 2147483647.
	MaxNumber = 2_000_000_000
	// unknownNumber is the number in a finding about a row without one.
	unknownNumber = "?"
)

// The plausible times of deliveries.
var (
	earliest = time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// longest are the longest texts that this shop accepts, in characters.
var longest = map[string]int{
	"CustomerName": 200, "CustomerEmail": 254, "CustomerPhone": 32, "CustomerStreet": 200, "CustomerCity": 100, "OrderedProducts": order.MaxProducts,
}

// Maker converts rows to orders. Use one for a file: it finds duplicate numbers.
type Maker struct {
	Rules   *order.Rules // markets, their rates, and customer types
	Version int64        // of the rules
	Now     time.Time    // becomes the orders' creation time, which the table does not have

	seen numbers
}

// made is an order being made.
type made struct {
	Row
	order.Order
	findings []Finding
}

func (m *made) tell(level Level, column, what string, args ...any) {
	id := m.Values["OrderId"]
	if id == "" || len(id) > 20 {
		id = unknownNumber
	}
	m.findings = append(m.findings, Finding{Row: m.Row.Number, Line: m.Line, OrderID: strings.ToValidUTF8(id, "\ufffd"), Level: level, Column: column, What: strings.ToValidUTF8(fmt.Sprintf(what, args...), "\ufffd")})
}

func (m *made) wrong() bool {
	return slices.ContainsFunc(m.findings, func(f Finding) bool { return f.Level == Wrong })
}

// Make converts a row to an order, and reports whether that was possible. The findings say why not, and what is
// questionable.
func (mk *Maker) Make(row Row) (o order.Order, ok bool, findings []Finding) {
	m := &made{Row: row}
	if row.Wrong != "" {
		m.tell(Wrong, "", "%s", row.Wrong)
		return o, false, m.findings
	}
	m.texts()
	m.number(&mk.seen)
	m.status()
	mk.segment(m)
	mk.price(m)
	m.time()
	m.test()
	m.doubts(mk.Rules)
	m.StatusAt, m.CreatedAt, m.Rules = mk.Now, mk.Now, mk.Version
	return m.Order, !m.wrong(), m.findings
}

// texts copies the texts unchanged.
func (m *made) texts() {
	for column, to := range map[string]*string{
		"CustomerName": &m.Customer.Name, "CustomerEmail": &m.Customer.Email, "CustomerPhone": &m.Customer.Phone,
		"CustomerStreet": &m.Customer.Street, "CustomerCity": &m.Customer.City,
	} {
		*to = m.Values[column]
	}
	m.Products = event.ParseItems(m.Values["OrderedProducts"])
	for _, column := range Columns {
		value := m.Values[column]
		most := longest[column]
		switch {
		case !utf8.ValidString(value):
			m.tell(Wrong, column, "is not UTF-8: %s; dump with --default-character-set=utf8mb4", strconv.QuoteToASCII(short(value)))
		case strings.ContainsRune(value, 0):
			m.tell(Wrong, column, "holds a zero byte")
		case most > 0 && utf8.RuneCountInString(value) > most:
			m.tell(Wrong, column, "has %d characters; at most %d are possible", utf8.RuneCountInString(value), most)
		}
	}
}

func short(value string) string {
	const most = 40
	if len(value) > most {
		return value[:most] + "…"
	}
	return value
}

// integer reads a column that is a whole number.
func (m *made) integer(column string, least, most int64) (n int64, ok bool) {
	value, there := m.Values[column]
	if !there {
		m.tell(Wrong, column, "is NULL")
		return 0, false
	}
	n, err := strconv.ParseInt(value, 10, 64)
	switch {
	case err != nil && !digits.MatchString(value):
		m.tell(Wrong, column, "is %q, and must be a whole number", short(value))
	case err != nil || n < least || n > most:
		m.tell(Wrong, column, "is %s, and must be from %d to %d", short(value), least, most)
	default:
		return n, true
	}
	return 0, false
}

var digits = regexp.MustCompile(`^[+-]?[0-9]+$`)

func (m *made) number(seen *numbers) {
	id, ok := m.integer("OrderId", 1, MaxNumber)
	if m.ID = id; ok && seen.add(id) {
		m.tell(Wrong, "OrderId", "is that of an earlier row")
	}
}

func (m *made) status() {
	m.Status = order.Status(m.Values["Status"])
	if !slices.Contains(order.Imports, m.Status) {
		m.tell(Wrong, "Status", "is %q, and must be one of %v", short(string(m.Status)), order.Imports)
	}
}

// segment reads the market, the customer type and the organization.
func (mk *Maker) segment(m *made) {
	m.Market, m.CustomerType, m.OrgNumber = m.Values["CustomerMarket"], m.Values["CustomerType"], m.Values["OrgNumber"]
	if _, known := mk.Rules.Markets[m.Market]; !known {
		m.tell(Wrong, "CustomerMarket", "is %q, and the rules have no such market", short(m.Market))
	}
	if m.OrgNumber == "0" {
		m.OrgNumber = ""
	}
	if m.OrgNumber != "" && (!onlyDigits.MatchString(m.OrgNumber) || len(m.OrgNumber) > 20) {
		m.tell(Wrong, "OrgNumber", "is %q, and must be at most 20 digits", short(m.OrgNumber))
	}
	if m.CustomerType == "" {
		m.CustomerType = "B2C"
		if m.OrgNumber != "" {
			m.CustomerType = "B2B"
		}
		m.tell(Questionable, "CustomerType", "is missing, and taken as %s", m.CustomerType)
	}
	if _, known := mk.Rules.CustomerTypes[m.CustomerType]; !known {
		m.tell(Wrong, "CustomerType", "is %q, and the rules have no such customer type", short(m.CustomerType))
	}
}

var onlyDigits = regexp.MustCompile(`^[0-9]+$`)

// price reads the price, which the table has in the catalog's currency in every market.
func (mk *Maker) price(m *made) {
	m.Terms.Imported = &order.Imported{Status: m.Status}
	minor, ok := m.integer("TotalPrice", 0, order.MaxTotal)
	market, known := mk.Rules.Markets[m.Market]
	if !ok || !known {
		return
	}
	m.Terms.Imported.TotalPrice = minor
	m.Total = money.Amount{Minor: minor, Currency: market.Currency}
	if market.Rate == nil {
		return
	}
	total, err := market.Rate.Convert(money.Amount{Minor: minor, Currency: mk.Rules.Catalog[0].Price.Currency}, market.Currency)
	if err != nil || total.Minor > order.MaxTotal {
		m.tell(Wrong, "TotalPrice", "is %d, which is more in %s than an order can cost", minor, market.Currency)
		return
	}
	m.Total, m.Rate = total, market.Rate.String()
}

// time reads the delivery time: milliseconds since 1970, or seconds, as the old system sometimes wrote.
func (m *made) time() {
	const column, secondsLong = "DeliveryTime", 10
	value := m.Values[column]
	if value == "" {
		return
	}
	ms, err := strconv.ParseInt(value, 10, 64)
	if err != nil || !onlyDigits.MatchString(value) {
		m.tell(Wrong, column, "is %q, and must be milliseconds since 1970", short(value))
		return
	}
	if len(value) == secondsLong {
		ms *= 1000
		m.tell(Questionable, column, "is %s, which is taken as seconds: %s", value, time.UnixMilli(ms).UTC().Format(time.RFC3339))
	}
	at := time.UnixMilli(ms).UTC()
	if at.Before(earliest) || !at.Before(latest) {
		m.tell(Wrong, column, "is %s: %s is no time of a delivery", value, at.Format(time.RFC3339))
		return
	}
	m.DeliveryTime, m.Terms.Imported.DeliveryTime = at, ms
}

func (m *made) test() {
	if value, there := m.Values["TestId"]; there && value != "" {
		m.TestID, _ = m.integer("TestId", 0, math.MaxInt32)
	}
}

// doubts reports what is questionable about an order.
func (m *made) doubts(rules *order.Rules) {
	switch {
	case m.Status == order.DeliveryBooked && m.DeliveryTime.IsZero():
		m.tell(Questionable, "DeliveryTime", "is missing, though the order is %s", m.Status)
	case m.Status != order.DeliveryBooked && !m.DeliveryTime.IsZero() && slices.Contains(order.Imports, m.Status):
		m.tell(Questionable, "DeliveryTime", "is set, though the order is %s; move it on by hand", m.Status)
	}
	for _, column := range Columns[1:6] {
		m.doubtText(column, m.Values[column])
	}
	if _, err := mailaddr.Parse(m.Customer.Email); err != nil && m.TestID == 0 && m.Customer.Email != "" {
		m.tell(Questionable, "CustomerEmail", "is no mail address: no mail will reach this customer")
	}
	for sku := range strings.SplitSeq(m.Values["OrderedProducts"], ",") {
		if sold := func(p order.Product) bool { return p.SKU == strings.TrimSpace(sku) }; m.TestID == 0 && !slices.ContainsFunc(rules.Catalog, sold) {
			m.tell(Questionable, "OrderedProducts", "has %q, which the rules do not have", short(sku))
			break
		}
	}
}

// escaped are the traces of a quote that was escaped twice, and mistaken those of UTF-8 that was read as Latin-1.
var (
	escaped  = regexp.MustCompile(`\\['"]|''`)
	mistaken = regexp.MustCompile(`[\x{c2}\x{c3}][\x{80}-\x{bf}]`)
)

func (m *made) doubtText(column, value string) {
	switch {
	case !utf8.ValidString(value) || strings.ContainsRune(value, 0): // which is reported already
	case strings.TrimSpace(value) == "":
		m.tell(Questionable, column, "is empty")
	case strings.ContainsFunc(value, unicode.IsControl):
		m.tell(Questionable, column, "holds control characters: %s", strconv.Quote(short(value)))
	case escaped.MatchString(value):
		m.tell(Questionable, column, "is %s: a quote was escaped twice; it is kept as it is", short(value))
	case mistaken.MatchString(value):
		m.tell(Questionable, column, "is %s: UTF-8 that was taken for Latin-1; it is kept as it is", short(value))
	}
}

// numbers is a set of numbers up to MaxNumber, in pages of bits made on demand.
type numbers struct{ pages map[int64]*[pageWords]uint64 }

const pageWords = 1 << 10

// add adds a number, and reports whether it was there.
func (n *numbers) add(id int64) (there bool) {
	if n.pages == nil {
		n.pages = map[int64]*[pageWords]uint64{}
	}
	page := n.pages[id/(64*pageWords)]
	if page == nil {
		page = new([pageWords]uint64)
		n.pages[id/(64*pageWords)] = page
	}
	word, bit := &page[id/64%pageWords], uint64(1)<<(id%64)
	there = *word&bit != 0
	*word |= bit
	return there
}
