package growth

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // to read how much PostgreSQL has written

	"acme.example/webshop/evidence/bench"
	"acme.example/webshop/platform/database/pgtest"
)

// TestStored measures what many stored orders change, on both engines. All sizes are measured in turn, so that the
// machine's other load affects all alike.
func TestStored(t *testing.T) {
	if !*all {
		t.Skip("it measures; make growth")
	}
	if *filled != "" {
		alternate(t, databasesNamed(t))
		return
	}
	server := pgtest.New(t, "-c", "max_wal_size=4GB")
	for _, engine := range []string{"SQLite", "PostgreSQL"} {
		t.Run(engine, func(t *testing.T) {
			var databases []*storedDB
			for _, size := range strings.Split(*sizes, ",") {
				h := &storedDB{orders: count(t, size), database: filepath.Join(t.TempDir(), "webshop.db")}
				if engine == "PostgreSQL" {
					h.database = server.Database(t)
				}
				h.fill(t)
				databases = append(databases, h)
			}
			alternate(t, databases)
		})
	}
}

// databasesNamed returns the databases named by the flag.
func databasesNamed(t *testing.T) (all []*storedDB) {
	for _, word := range strings.Fields(*filled) {
		size, database, _ := strings.Cut(word, "=")
		all = append(all, &storedDB{orders: count(t, size), database: database, size: bytesOf(t, database)})
	}
	return all
}

func count(t *testing.T, size string) int {
	t.Helper()
	n, err := strconv.Atoi(size)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// alternate measures all sizes in turn.
func alternate(t *testing.T, databases []*storedDB) {
	for range *rounds {
		for _, h := range databases {
			h.measure(t)
		}
	}
	t.Log("\n" + table(databases))
}

// storedDB is a database with stored orders, and the measurements on it.
type storedDB struct {
	orders       int
	database     string
	size         float64 // bytes, before the load
	loads, halfs []bench.Phase
	busy         []string
}

// fill lets a shop finish one order, and copies it.
func (h *storedDB) fill(t *testing.T) {
	t.Run(fmt.Sprint("filling ", h.orders), func(t *testing.T) {
		s := newStage(t)
		s.database = h.database
		s.whole("webshop")
		s.bench(bench.Config{Duration: 50 * time.Millisecond, Concurrency: 1})
	})
	if err := bench.Fill(t.Context(), h.database, h.orders-1, 0); err != nil {
		t.Fatal(err)
	}
	h.size = bytesOf(t, h.database)
}

// measure puts a closed loop on a shop with the database, and then half of what it finished.
func (h *storedDB) measure(t *testing.T) {
	t.Run(fmt.Sprint(h.orders), func(t *testing.T) {
		s := newStage(t)
		s.database = h.database
		s.whole("webshop")
		wal, orders, begun := ahead(t, h.database), h.stored(t), load()
		r := s.bench(bench.Config{Duration: *lasts, Warmup: *lasts / 4, Concurrency: *customers, Half: true})
		h.loads, h.halfs = append(h.loads, r.Phases[0]), append(h.halfs, r.Phases[1])
		h.busy = append(h.busy, begun)
		t.Logf("%.0f orders/s, %.2f CPU-ms by the shop; load %s", r.Phases[0].ThroughputPerSecond, r.Phases[0].ShopCPU, begun)
		if wal > 0 {
			t.Logf("%.1f kB of write-ahead log for an order", (ahead(t, h.database)-wal)/1000/(h.stored(t)-orders))
		}
	})
}

// stored returns how many orders a PostgreSQL has; 0 for SQLite.
func (h *storedDB) stored(t *testing.T) float64 {
	t.Helper()
	if !strings.HasPrefix(h.database, "postgres") {
		return 0
	}
	return number(t, h.database, `SELECT max(order_id) FROM orders`)
}

// bytesOf returns the size of a database.
func bytesOf(t *testing.T, database string) float64 {
	t.Helper()
	if !strings.HasPrefix(database, "postgres") {
		info, err := os.Stat(database)
		if err != nil {
			t.Fatal(err)
		}
		return float64(info.Size())
	}
	return number(t, database, `SELECT pg_database_size(current_database())`)
}

// ahead returns how much a PostgreSQL has written to its write-ahead log; 0 for SQLite.
func ahead(t *testing.T, database string) float64 {
	t.Helper()
	if !strings.HasPrefix(database, "postgres") {
		return 0
	}
	return number(t, database, `SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn`)
}

func number(t *testing.T, database, question string) (n float64) {
	t.Helper()
	db, err := sql.Open("pgx", database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), question).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// table formats the median round of each size.
func table(databases []*storedDB) string {
	var t strings.Builder
	fmt.Fprintln(&t, "| stored orders | orders/s | to the first | shop's CPU-ms per order | createOrder p50, p99 at half load | whole way p50, p99 at half load | store | load |")
	fmt.Fprintln(&t, "| --- | --- | --- | --- | --- | --- | --- | --- |")
	rate := func(p bench.Phase) float64 { return p.ThroughputPerSecond }
	first := median(databases[0].loads, rate)
	for _, h := range databases {
		q := func(of func(bench.Phase) bench.Quantiles) string {
			return fmt.Sprintf("%.0f, %.0f ms", median(h.halfs, func(p bench.Phase) float64 { return of(p).P50 }), median(h.halfs, func(p bench.Phase) float64 { return of(p).P99 }))
		}
		fmt.Fprintf(&t, "| %d | %.0f | %.2f | %.2f | %s | %s | %.0f MB, %.1f kB an order | %s |\n", h.orders, median(h.loads, rate), median(h.loads, rate)/first,
			median(h.loads, func(p bench.Phase) float64 { return p.ShopCPU }),
			q(func(p bench.Phase) bench.Quantiles { return p.CreateOrder }), q(func(p bench.Phase) bench.Quantiles { return p.Way }),
			h.size/1e6, h.size/1e3/float64(h.orders), strings.Join(h.busy, ", "))
	}
	return t.String()
}
