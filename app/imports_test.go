package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/evidence/audit"
	"acme.example/webshop/imports"
	"acme.example/webshop/platform/access"
	"acme.example/webshop/platform/database/pgtest"
)

// tableRow is a row of the seed's table; nil is NULL.
type tableRow struct {
	id, price                                      int
	name, email, phone, street, city, kind, market string
	products, status                               string
	time, organization, test                       any
	wantTime, wantOrganization                     string
	wantTest, wantAmount                           int64
	wantCurrency                                   string
}

const imported = 2000

// tableRows returns rows of every kind in the seed's table.
func tableRows() (all []tableRow) {
	statuses := []string{"PLACED", "STOCKED", "DELIVERY_BOOKED", "DELIVERY_BOOKED", "DELIVERY_BOOKED"}
	for i := range imported {
		r := tableRow{
			id: 1000 + i*4999, price: 12300 + i, name: fmt.Sprintf("Zoë O'Neil \\ %d 🌵", i), email: fmt.Sprintf("zoe%d@example.com", i), phone: "+1 212 555 0100",
			street: "Rue d'Été 1 -- ;", city: "東京", kind: "B2C", market: "US", products: "BB001,LB001", status: statuses[i%len(statuses)], organization: "0", test: 0,
			wantCurrency: "USD", wantAmount: int64(12300 + i),
		}
		switch i % 7 {
		case 1:
			r.market, r.wantCurrency, r.wantAmount = "MX", "MXN", 20*r.wantAmount
		case 2:
			r.kind, r.organization, r.wantOrganization = "B2B", "0012345678", "0012345678"
		case 3:
			r.test, r.wantTest = 797130, 797130
		case 4:
			r.organization, r.test, r.street = nil, nil, "line\none\t\"two\""
		}
		switch {
		case r.status != "DELIVERY_BOOKED":
		case i%3 == 0: // seconds, as the seed's auto-booking wrote them
			r.time, r.wantTime = "1614621600", "1614621600000"
		default:
			r.time, r.wantTime = strconv.Itoa(1795276800000+i%40*3600000), strconv.Itoa(1795276800000+i%40*3600000)
		}
		all = append(all, r)
	}
	return all
}

// insert inserts rows into the seed's table.
func (m *mariaDB) insert(rows ...tableRow) {
	m.Helper()
	var values []string
	for _, r := range rows {
		var fields []string
		for _, v := range []any{r.id, r.name, r.email, r.phone, r.street, r.city, r.kind, r.market, r.products, r.price, r.time, r.status, r.organization, r.test} {
			switch v := v.(type) {
			case nil:
				fields = append(fields, "NULL")
			case int:
				fields = append(fields, strconv.Itoa(v))
			case string:
				fields = append(fields, "'"+strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v)+"'")
			}
		}
		values = append(values, "("+strings.Join(fields, ",")+")")
	}
	m.sql("INSERT INTO Orders VALUES " + strings.Join(values, ",") + ";")
}

// importReport is what webshop import --json prints.
type importReport struct {
	Findings                                                      []imports.Finding
	DryRun, Imported                                              bool
	Rows, Wrong, Questionable, New, Changed, Unchanged, Conflicts int
	Error                                                         string
}

// sums returns the counts of the results.
func (r importReport) sums() [5]int {
	return [5]int{r.Wrong, r.New, r.Changed, r.Unchanged, r.Conflicts}
}

// importsInto imports a file into a shop's store, and returns the report.
func importsInto(t *testing.T, c app.Config, file string, change ...func(*app.Importing)) (report importReport, err error) {
	t.Helper()
	var out bytes.Buffer
	i := app.Importing{File: file, DataDir: c.DataDir, DatabaseURL: c.DatabaseURL, JSON: true, Escapes: true, Out: &out}
	for _, f := range change {
		f(&i)
	}
	err = app.Import(t.Context(), i)
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &report); err != nil {
			t.Fatalf("the report is no JSON: %v in %s", err, out.String())
		}
	}
	return report, err
}

func dryRun(i *app.Importing)  { i.DryRun = true }
func skipBad(i *app.Importing) { i.SkipBad = true }

// brings imports a file, and checks the results of its rows.
func (s *shop) brings(file string, want [5]int, change ...func(*app.Importing)) importReport {
	s.Helper()
	report, err := importsInto(s.T, s.config, file, change...)
	if err != nil || report.sums() != want {
		s.Fatalf("%v (wrong, new, changed, unchanged, in conflict), want %v: %v, %+v", report.sums(), want, err, report)
	}
	return report
}

// has compares orders in GraphQL with the rows.
func (s *shop) has(rows []tableRow) {
	s.Helper()
	const fields = "orderId customerName customerEmail customerPhone customerStreet customerCity customerType customerMarket orderedProducts totalPrice deliveryTime status testId amount currency organization"
	for chunk := range slices.Chunk(rows, 15) {
		query, got := "{", map[string]order{}
		for _, r := range chunk {
			query += fmt.Sprintf(" o%d: getOrder(id: %d) { %s }", r.id, r.id, fields)
		}
		s.graphql(query+" }", &got)
		for _, r := range chunk {
			want := order{
				OrderID: int64(r.id), TotalPrice: int64(r.price), TestID: r.wantTest, CustomerName: r.name, CustomerEmail: r.email, CustomerPhone: r.phone,
				CustomerStreet: r.street, CustomerCity: r.city, CustomerType: r.kind, CustomerMarket: r.market, OrderedProducts: r.products,
				DeliveryTime: r.wantTime, Status: r.status, Amount: r.wantAmount, Currency: r.wantCurrency, Organization: r.wantOrganization,
			}
			if diff := cmp.Diff(want, got[fmt.Sprint("o", r.id)]); diff != "" {
				s.Fatalf("order %d: %s", r.id, diff)
			}
		}
	}
}

// TestASeedsDataMovesIn from a real MariaDB, beside a running shop, repeatedly; and orders under way continue.
func TestASeedsDataMovesIn(t *testing.T) {
	t.Parallel()
	m := startMariaDB(t)
	rows := tableRows()
	m.insert(rows...)
	dump, csv := m.dump(), m.csv(imports.Columns)
	later := m.movesOn()
	for name, change := range map[string]func(*app.Config){
		"SQLite":     func(*app.Config) {},
		"PostgreSQL": func(c *app.Config) { c.DatabaseURL = app.Secret(pgtest.Database(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, change, knownSecrets)
			own := s.create(realOrder("Own"))
			before := s.mailCount()
			s.brings(csv, [5]int{0, imported, 0, 0, 0}, dryRun)
			s.brings(dump, [5]int{0, imported, 0, 0, 0})
			s.brings(csv, [5]int{0, 0, 0, imported, 0})
			s.has(rows)
			s.promises()
			s.arrives(own.OrderID, "STOCKED")
			back, _ := s.exports(0)
			s.brings(back, [5]int{0, 0, 0, imported, 1}, dryRun) // its own orders are not the old system's
			if mails := s.mailCount(); mails-before > 2 {
				t.Errorf("%d mails were sent meanwhile", mails-before)
			}
			highest := int64(rows[imported-1].id)
			if made := s.create(realOrder("New")); made.OrderID <= highest {
				t.Errorf("a new order has the number %d", made.OrderID)
			}
			s.goesOnWith(rows[0], rows[1])
			report := s.brings(later, [5]int{0, 10, 5, imported - 5 - 1, 1})
			conflict := slices.IndexFunc(report.Findings, func(f imports.Finding) bool { return f.Level == imports.Conflict })
			if conflict < 0 || report.Findings[conflict].OrderID != strconv.Itoa(rows[1].id) || !strings.Contains(report.Findings[conflict].What, "it went on here") {
				t.Errorf("the conflict is not told: %+v", report.Findings)
			}
			if o := s.order(int64(rows[5].id)); o.Status != "STOCKED" {
				t.Errorf("what moved on in the old system is %s", o.Status)
			}
			s.brings(later, [5]int{0, 0, 0, imported + 10 - 1, 1})
			s.promises()
			s.tells(rows[2])
		})
	}
}

// movesOn changes the old system, where orders are still taken, and returns another dump: ten orders are new, five have
// moved on, and one is booked that moves on here as well.
func (m *mariaDB) movesOn() string {
	rows := tableRows()
	var more []tableRow
	for i, r := range rows[:10] {
		r.id = 500 + i
		more = append(more, r)
	}
	m.insert(more...)
	for i := 5; i < 30; i += 5 { // PLACED
		m.sql(fmt.Sprintf("UPDATE Orders SET Status = 'STOCKED' WHERE OrderId = %d", rows[i].id))
	}
	m.sql(fmt.Sprintf("UPDATE Orders SET Status = 'DELIVERY_BOOKED', DeliveryTime = '1795363200000' WHERE OrderId = %d", rows[1].id))
	return m.dump("--skip-extended-insert", "--complete-insert", "--hex-blob")
}

// promises audits the shop.
func (s *shop) promises() {
	s.Helper()
	clean(s.T, s.audited(func(c *audit.Config) {
		if s.config.DatabaseURL != "" {
			c.Database, c.DatabaseURL = "", string(s.config.DatabaseURL)
		}
	}))
}

// goesOnWith follows an order that was PLACED in the old system, and one that was STOCKED, to their booked deliveries.
func (s *shop) goesOnWith(placed, stocked tableRow) {
	s.Helper()
	s.call("POST", s.PrivateURL+"/stock", map[string]any{"orderId": placed.id}).want(200)
	s.arrives(int64(placed.id), "STOCKED")
	s.call("POST", s.PrivateURL+"/email", map[string]any{
		"transaction": "OrderDeliverable", "orderId": stocked.id, "name": stocked.name, "email": stocked.email,
	}).want(200)
	for _, r := range []tableRow{placed, stocked} {
		s.bookFirst(s.deliveryKey(s.mails(r.email)))
		o := s.arrives(int64(r.id), "DELIVERY_BOOKED")
		if entries := s.ledger(o.OrderID); len(entries) != 0 {
			s.Errorf("order %d, whose money the old system took, is in the ledger: %v", r.id, entries)
		}
		if types := o.types(); types[0] != "OrderImported" || types[len(types)-1] != "DeliveryBooked" {
			s.Errorf("order %d has the events %v", r.id, types)
		}
	}
}

// tells views an imported order as operators and its customer do.
func (s *shop) tells(r tableRow) {
	s.Helper()
	shown := s.history(int64(r.id))
	if len(shown.Moments) < 2 {
		s.Errorf("the console tells %+v", shown)
	}
	key := s.keyTo(access.Track, int64(r.id))
	s.call("POST", s.PublicURL+"/cancelOrder", map[string]any{"key": key}).want(409)
}

// TestBadRowsAreTold: with one of them nothing is imported, unless it is skipped; and nothing is imported from a file
// that is cut off.
func TestBadRowsAreTold(t *testing.T) {
	t.Parallel()
	c := config(t)
	file := filepath.Join(t.TempDir(), "orders.sql")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	row := func(id int, price, status string) string {
		return fmt.Sprintf("(%d,'Ann','ann@example.com','1','s','c','B2C','US','BB001',%s,NULL,'%s','0',0)", id, price, status)
	}
	text := "INSERT INTO Orders VALUES " + row(7, "15000", "PLACED") + ",\n" + row(8, "12.5", "PLACED") + "," + row(7, "1", "PLACED") + "," + row(9, "1", "LOST") + ",(1,2);"
	write(text)
	for range 2 {
		report, err := importsInto(t, c, file)
		if !errors.Is(err, app.ErrUnreadable) || report.Imported || report.sums() != [5]int{4, 0, 0, 0, 0} || report.Findings[0].OrderID != "8" || report.Findings[0].Line != 2 {
			t.Errorf("%+v, %v", report, err)
		}
	}
	if report, err := importsInto(t, c, file, dryRun); !errors.Is(err, app.ErrUnreadable) || report.sums() != [5]int{4, 1, 0, 0, 0} || report.Imported {
		t.Errorf("%+v, %v", report, err)
	}
	if report, err := importsInto(t, c, file, skipBad); !errors.Is(err, app.ErrUnreadable) || report.sums() != [5]int{4, 1, 0, 0, 0} || !report.Imported {
		t.Errorf("%+v, %v", report, err)
	}
	write(strings.Replace(text, ",(1,2);", "", 1))
	if report, err := importsInto(t, c, file, skipBad); err == nil || errors.Is(err, app.ErrUnreadable) || report.Imported || !strings.Contains(report.Error, "cut off") {
		t.Errorf("%+v, %v", report, err)
	}
	s := startWith(t, c)
	if o := s.order(7); o.Status != "PLACED" || o.TotalPrice != 15000 {
		t.Errorf("order 7 is %+v", o)
	}
	s.promises()
}

// TestADryRunMakesNothing: no folder, no file, no tables.
func TestADryRunMakesNothing(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.DataDir = filepath.Join(c.DataDir, "new")
	file := filepath.Join(t.TempDir(), "orders.sql")
	if err := os.WriteFile(file, []byte("INSERT INTO Orders VALUES (7,'A','a@example.com','1','s','c','B2C','US','BB001',1,NULL,'PLACED','0',0);"), 0o600); err != nil {
		t.Fatal(err)
	}
	if report, err := importsInto(t, c, file, dryRun); err != nil || report.sums() != [5]int{0, 1, 0, 0, 0} {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err := os.Stat(c.DataDir); !os.IsNotExist(err) {
		t.Errorf("the data folder is there: %v", err)
	}
	c.DatabaseURL = app.Secret(pgtest.Database(t))
	if _, err := importsInto(t, c, file, dryRun); err == nil || !strings.Contains(err.Error(), "makes no tables") {
		t.Errorf("a dry run on an empty database: %v", err)
	}
}

// stopping is a report's reader that ends the import with the first line.
type stopping struct {
	bytes.Buffer
	stop func()
}

func (s *stopping) Write(p []byte) (int, error) {
	s.stop()
	return s.Buffer.Write(p)
}

// TestAnImportThatStopsEarlyGoesOn: it has imported whole thousands, and the next import adds the rest.
func TestAnImportThatStopsEarlyGoesOn(t *testing.T) {
	t.Parallel()
	s := start(t)
	own := s.create(realOrder("Own"))
	text := strings.Builder{}
	text.WriteString("INSERT INTO Orders VALUES ")
	for id := own.OrderID; id < own.OrderID+2500; id++ { // the first one is a conflict, which is reported after the first thousand
		fmt.Fprintf(&text, "(%d,'Ann','ann@example.com','1','s','c','B2C','US','BB001',15000,NULL,'STOCKED','0',0),", id)
	}
	file := filepath.Join(t.TempDir(), "orders.sql")
	if err := os.WriteFile(file, []byte(strings.TrimSuffix(text.String(), ",")+";"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out := &stopping{stop: cancel}
	err := app.Import(ctx, app.Importing{File: file, DataDir: s.config.DataDir, Out: out})
	if !errors.Is(err, context.Canceled) || !strings.Contains(out.String(), "Imported so far: 999 new, 0 changed, 0 unchanged, 1 in conflict") {
		t.Fatalf("%v: %s", err, out)
	}
	s.promises()
	s.brings(file, [5]int{0, 1500, 0, 999, 1})
	s.promises()
}
