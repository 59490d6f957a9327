package app_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"acme.example/webshop/app"
	"acme.example/webshop/imports"
	"acme.example/webshop/platform/database/pgtest"
)

// TestOrdersGoBack: a shop's orders are loaded into the seed's table in a real MariaDB with LOAD DATA, and from there
// into another shop, where they are the same.
func TestOrdersGoBack(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*app.Config){
		"SQLite":     func(*app.Config) {},
		"PostgreSQL": func(c *app.Config) { c.DatabaseURL = app.Secret(pgtest.Database(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			m, s := startMariaDB(t), start(t, change)
			low := s.create(realOrder("Below", "email", "below@example.com"))
			us := s.create(realOrder(`Ann "the \ comma," O'Neil 🌵`, "email", "ann@example.com", "street", "Rue d'Été; -- 1"))
			mx := s.create(realOrder("Ana", "email", "ana@example.com", "market", "MX", "totalPrice", 30000))
			booked := s.create(realOrder("Test", "testId", 352))
			gone := s.create(realOrder("Gone", "email", "gone@example.com"))
			for id, status := range map[int64]string{low.OrderID: "STOCKED", us.OrderID: "STOCKED", mx.OrderID: "STOCKED", booked.OrderID: "DELIVERY_BOOKED", gone.OrderID: "STOCKED"} {
				s.arrives(id, status)
			}
			s.call("POST", s.PrivateURL+"/cancelOrder", map[string]any{"orderId": gone.OrderID}).want(200)
			file, told := s.exports(low.OrderID)
			if !strings.Contains(told, "3 orders written") || !strings.Contains(told, "1 left out that are CANCELLED") {
				t.Errorf("the report: %s", told)
			}
			m.run(m.client("LOAD DATA LOCAL INFILE '"+file+"' REPLACE INTO TABLE Orders CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' "+
				`OPTIONALLY ENCLOSED BY '"' LINES TERMINATED BY '\n' IGNORE 1 LINES`, "--local-infile=1", "acme"))
			other := start(t)
			other.brings(m.csv(imports.Columns), [5]int{0, 3, 0, 0, 0})
			for _, id := range []int64{us.OrderID, mx.OrderID, booked.OrderID} {
				if diff := cmp.Diff(s.asInTheTable(id), other.asInTheTable(id)); diff != "" {
					t.Errorf("order %d: %s", id, diff)
				}
			}
		})
	}
}

// exports writes the shop's orders above a number to a file, and returns its name and the report.
func (s *shop) exports(above int64) (file, report string) {
	s.Helper()
	var out, told bytes.Buffer
	err := app.Export(s.Context(), app.Exporting{DataDir: s.config.DataDir, DatabaseURL: s.config.DatabaseURL, Above: above, Out: &out, Report: &told})
	file = filepath.Join(s.TempDir(), "orders.csv")
	if err == nil {
		err = os.WriteFile(file, out.Bytes(), 0o600)
	}
	if err != nil {
		s.Fatal(err)
	}
	return file, told.String()
}

// asInTheTable returns an order as a row of the seed's table.
func (s *shop) asInTheTable(id int64) map[string]any {
	s.Helper()
	var got struct{ GetOrder map[string]any }
	s.graphql(fmt.Sprintf(`{ getOrder(id: %d) { orderId customerName customerEmail customerPhone customerStreet customerCity customerType
		customerMarket orderedProducts totalPrice deliveryTime status orgNumber testId } }`, id), &got)
	return got.GetOrder
}

func TestNothingIsExportedWhereNoShopIs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := app.Export(t.Context(), app.Exporting{DataDir: t.TempDir(), Out: &out, Report: &out})
	if err == nil || !strings.Contains(err.Error(), "no shop in this data folder") || out.Len() != 0 {
		t.Errorf("%v, %s", err, out.String())
	}
}
