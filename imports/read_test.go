package imports

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// rows reads all rows of a text.
func rows(text string, escapes bool) (all []Row, err error) {
	err = Read(strings.NewReader(text), escapes, func(r Row) error {
		all = append(all, r)
		return nil
	})
	return all, err
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// stored are the orders in testdata/mariadb.sql, a dump of a MariaDB, by number.
var stored = []map[string]string{
	{"OrderId": "12", "CustomerName": "Señora", "CustomerEmail": "s@example.com", "CustomerPhone": "1", "CustomerStreet": "Calle 1", "CustomerCity": "Ciudad",
		"CustomerType": "B2C", "CustomerMarket": "MX", "OrderedProducts": "BB001", "TotalPrice": "15000", "DeliveryTime": "1614621600", "Status": "DELIVERY_BOOKED"},
	{"OrderId": "13", "CustomerName": "Test", "CustomerEmail": "test", "CustomerPhone": "1", "CustomerStreet": "Calle 1", "CustomerCity": "Ciudad",
		"CustomerType": "B2C", "CustomerMarket": "US", "OrderedProducts": "BB001,BA002", "TotalPrice": "12300", "DeliveryTime": "", "Status": "PLACED", "OrgNumber": "0", "TestId": "666"},
	{"OrderId": "86757", "CustomerName": "O''Brien; DROP TABLE", "CustomerEmail": "o@example.com", "CustomerPhone": "1", "CustomerStreet": "Line\nTwo", "CustomerCity": "C",
		"CustomerType": "B2B", "CustomerMarket": "US", "OrderedProducts": "EX001", "TotalPrice": "30000", "Status": "STOCKED", "OrgNumber": "00123456", "TestId": "0"},
	{"OrderId": "9535446", "CustomerName": "Zoë O'Neil 🌵", "CustomerEmail": "zoe@example.com", "CustomerPhone": "321321321", "CustomerStreet": `Rue d'Été \ 1`, "CustomerCity": "東京",
		"CustomerType": "B2C", "CustomerMarket": "US", "OrderedProducts": "BB001,LB001", "TotalPrice": "30000", "DeliveryTime": "1795276800000", "Status": "DELIVERY_BOOKED", "OrgNumber": "0", "TestId": "0"},
}

// TestWhatMariaDBWrote reads the files of a real MariaDB: its dump, compressed too, and what SELECT … INTO OUTFILE wrote.
func TestWhatMariaDBWrote(t *testing.T) {
	dump := fixture(t, "mariadb.sql")
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write([]byte(dump)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"dump": dump, "gzip": packed.String(), "csv": fixture(t, "outfile.csv")} {
		all, err := rows(text, true)
		if err != nil || len(all) != len(stored) {
			t.Fatalf("%s: %d rows, %v", name, len(all), err)
		}
		for i, row := range all {
			if diff := cmp.Diff(stored[i], row.Values); diff != "" || row.Number != i+1 || row.Wrong != "" {
				t.Errorf("%s, row %d %q: %s", name, row.Number, row.Wrong, diff)
			}
		}
	}
}

const fourteen = `'n','e','p','s','c','B2C','US','BB001',1,NULL,'PLACED','0',0`

func TestFormsOfDumps(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // the numbers of the orders
	}{
		"one row each":       {"INSERT INTO Orders VALUES (1," + fourteen + ");\nINSERT INTO Orders VALUES (2," + fourteen + ");", []string{"1", "2"}},
		"without a new line": {"INSERT INTO `Orders` VALUES (1," + fourteen + "),(2," + fourteen + ")\n;", []string{"1", "2"}},
		"database":           {"INSERT IGNORE INTO `acme`.`Orders` VALUES(1," + fourteen + ");INSERT INTO acme.orders VALUES(2," + fourteen + ");REPLACE acme.`Orders` VALUES(3," + fourteen + ");", []string{"1", "2", "3"}},
		"column list":        {"INSERT INTO Orders (`Status`, orderid) VALUES ('PLACED', 7);", []string{"7"}},
		"ansi quotes":        {`INSERT INTO "Orders" ("OrderId", "Status") VALUES (7, 'PLACED');`, []string{"7"}},
		"other order": {"CREATE TABLE IF NOT EXISTS `Orders` (\n `Status` varchar(16) DEFAULT 'a,(b', `OrderId` int(11) NOT NULL CHECK (`OrderId` > 0),\n PRIMARY KEY (`OrderId`),\n KEY `k` (`Status`,`OrderId`)\n) ENGINE=InnoDB COMMENT='x';" +
			"INSERT INTO Orders VALUES ('PLACED', 9);", []string{"9"}},
		"binary":       {"INSERT INTO Orders (OrderId, Status, CustomerName) VALUES (7, _binary 'PLACED', _utf8mb4'x'), (0x3132, X'504C41434544', N'x');", []string{"7", "12"}},
		"comments":     {"# one\n-- two; 'three\n/* four ' */ /*!40101 SET NAMES utf8 */;\nINSERT /* five */ INTO Orders (OrderId) VALUES (1) -- six\n, (2);--", []string{"1", "2"}},
		"other tables": {"INSERT INTO `Other` VALUES ('); INSERT INTO Orders VALUES (5); \\' -- ');CREATE TABLE OrdersOld (a int); INSERT INTO OrdersOld VALUES (1);INSERT INTO Orders (OrderId) VALUES (1);", []string{"1"}},
		"a trigger":    {"DELIMITER ;;\nCREATE TRIGGER t BEFORE INSERT ON Orders FOR EACH ROW BEGIN SET @a = 'x; INSERT INTO Orders VALUES (8)'; END ;;\nDELIMITER ;\nINSERT INTO Orders (OrderId) VALUES (1);", []string{"1"}},
		"update":       {"INSERT INTO Orders (OrderId) VALUES (1) ON DUPLICATE KEY UPDATE a = (2);", []string{"1"}},
		"a byte mark":  {"\ufeffINSERT INTO Orders (OrderId) VALUES (1);", []string{"1"}},
		"negative":     {"INSERT INTO Orders (OrderId) VALUES (-1);", []string{"-1"}},
	} {
		all, err := rows(c.text, false)
		var got []string
		for _, row := range all {
			if got = append(got, row.Values["OrderId"]); row.Wrong != "" {
				t.Errorf("%s: row %d: %s", name, row.Number, row.Wrong)
			}
		}
		if err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, c.want)
		}
	}
}

func TestFormsOfCSV(t *testing.T) {
	header := strings.Join(Columns, ",")
	all, err := rows("\ufeff"+header+"\r\n1,\"a \"\"b\"\", c\nd\",,NULL,\"NULL\",\\N,B2C,US,\"BB001,LB001\",1,,PLACED,0,0\r\n\n2,x,,,,,,,,,,,,", false)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	want := map[string]string{"OrderId": "1", "CustomerName": "a \"b\", c\nd", "CustomerStreet": "NULL", "CustomerType": "B2C", "CustomerMarket": "US",
		"OrderedProducts": "BB001,LB001", "TotalPrice": "1", "Status": "PLACED", "OrgNumber": "0", "TestId": "0"}
	if diff := cmp.Diff(want, all[0].Values); diff != "" || all[0].Line != 2 || all[1].Line != 5 || all[1].Values["CustomerName"] != "x" {
		t.Errorf("%+v: %s", all, diff)
	}
	turned := "TestId,more," + strings.Join(Columns[:13], ",") + "\n7,,1" + strings.Repeat(",", 12)
	if all, err := rows(turned, false); err != nil || len(all) != 1 || all[0].Values["TestId"] != "7" || all[0].Values["OrderId"] != "1" {
		t.Errorf("columns in another order: %+v, %v", all, err)
	}
	for bad, want := range map[string]string{
		header:                          "no row",
		header + "\n1,\"a":              "cut off",
		header + "\n1,\"a\"b,":          "must be doubled",
		"OrderId,Status\n1,PLACED":      "lacks the columns CustomerName",
		"a,b\n1,2":                      "neither an SQL dump nor CSV",
		"":                              "neither an SQL dump nor CSV",
		"\xff\xfeI\x00N\x00":            "UTF-16",
		"INSERT INTO Orders":            "cut off",
		"INSERT INTO Orders VALUES (1,": "cut off",
		"INSERT INTO Orders VALUES (1," + fourteen + ")":                    "cut off",
		"INSERT INTO Orders VALUES (1,'x":                                   "cut off",
		"INSERT INTO Orders VALUES (1,'x\\":                                 "cut off",
		"INSERT INTO Orders SET OrderId = 1;":                               "a form that is not known",
		"INSERT INTO Orders (OrderId) VALUES (1) (2);x":                     "cut off",
		"INSERT INTO Orders (OrderId) VALUES (1; 2);":                       "in the middle of a row",
		"INSERT INTO Orders (OrderId) VALUES 1;":                            "where a row is expected",
		"INSERT INTO Other VALUES (1);":                                     "no row of the table Orders",
		"-- MariaDB dump 10.19\nINSERT INTO Orders (OrderId) VALUES (1);\n": "Dump completed",
		"-- MySQL dump 10.13\n/*! begins":                                   "cut off",
		"DELIMITER ;;\nINSERT INTO Orders (OrderId) VALUES (1);":            "cut off",
		"\x1f\x8b\x08\x00\x00\x00\x00\x00":                                  "gzip",
	} {
		if _, err := rows(bad, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", bad, err, want)
		}
	}
}

// TestRowsThatAreNone are reported, and the others are read.
func TestRowsThatAreNone(t *testing.T) {
	text := "INSERT INTO Orders (OrderId, Status) VALUES (1), (2,'a','b'), (3,), (4, 5 6), (6, X'zz'), (7,'" + strings.Repeat("x", maxText+1) + "'), (8,'PLACED');"
	all, err := rows(text, false)
	if err != nil || len(all) != 7 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	for i, row := range all {
		if (row.Wrong == "") != (i == 6) {
			t.Errorf("row %d: %q", row.Number, row.Wrong)
		}
	}
}

// TestACutOffDumpIsNoDump, wherever it is cut off.
func TestACutOffDumpIsNoDump(t *testing.T) {
	dump := fixture(t, "mariadb.sql")
	end := strings.Index(dump, "-- Dump completed")
	for at := range end {
		if _, err := rows(dump[:at], false); err == nil {
			t.Fatalf("the first %d bytes are taken for a whole dump", at)
		}
	}
}

// TestTheReaderCanEndIt: Read returns the callback's error.
func TestTheReaderCanEndIt(t *testing.T) {
	enough := errors.New("enough")
	for _, text := range []string{fixture(t, "mariadb.sql"), fixture(t, "outfile.csv")} {
		if err := Read(strings.NewReader(text), true, func(Row) error { return enough }); !errors.Is(err, enough) {
			t.Error(err)
		}
	}
}

// written returns a text as MySQL's dump writes it.
func written(text string) string {
	return "'" + strings.NewReplacer("\x00", `\0`, "\n", `\n`, "\r", `\r`, "\x1a", `\Z`, `\`, `\\`, `'`, `\'`, `"`, `\"`).Replace(text) + "'"
}

// TestAnyTextComesBack: any text in a dump or CSV is read unchanged.
func TestAnyTextComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := string(rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "name"))
		city := rapid.StringOf(rapid.RuneFrom([]rune(`ab'"\,;() -/*#`+"\n\r\x00%_NZ0"))).Draw(t, "city")
		dump := fmt.Sprintf("INSERT INTO Orders (OrderId, CustomerName, CustomerCity) VALUES (1,%s,'%s');", written(name), strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(city))
		csv := strings.Join(Columns, ",") + "\n1,\"" + strings.ReplaceAll(name, `"`, `""`) + `",,,,"` + strings.ReplaceAll(city, `"`, `""`) + `"` + strings.Repeat(",", 8)
		for _, text := range []string{dump, csv} {
			all, err := rows(text, false)
			if err != nil || len(all) != 1 || all[0].Values["CustomerName"] != name || all[0].Values["CustomerCity"] != city {
				t.Fatalf("%q and %q came back as %+v: %v", name, city, all, err)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"testdata/mariadb.sql", "testdata/outfile.csv"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, true)
	}
	f.Add([]byte("INSERT INTO Orders (OrderId) VALUES (1,'\\"), false)
	f.Fuzz(func(t *testing.T, text []byte, escapes bool) {
		last := 0
		_ = Read(bytes.NewReader(text), escapes, func(r Row) error { // it ends, and does not panic
			if r.Number != last+1 || r.Line < 1 || r.Values == nil {
				t.Errorf("row %+v after row %d", r, last)
			}
			last = r.Number
			(&Maker{Rules: seedRules, Now: now}).Make(r)
			return nil
		})
	})
}
