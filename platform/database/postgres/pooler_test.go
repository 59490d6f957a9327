package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"acme.example/webshop/order"
	"acme.example/webshop/platform/database"
	"acme.example/webshop/platform/database/pgtest"
	"acme.example/webshop/platform/database/postgres"
	"acme.example/webshop/platform/database/storetest"
)

// TestStoreBehindAPooler: a store works behind a PgBouncer in transaction mode with default settings, as the owner of the
// tables and as a user who owns nothing.
func TestStoreBehindAPooler(t *testing.T) {
	storetest.Run(t, func(t testing.TB, now func() time.Time) database.Store {
		return openAt(t, pgtest.Pooled(t, lodger(t, ready(t))), now)
	})
}

// ask reads one text.
func ask(t *testing.T, url, sql string, args ...any) (text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url+"&default_query_exec_mode=exec")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

// settingsSeen records the settings under which orders are written.
const settingsSeen = `CREATE TABLE seen (settings text);
	CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		INSERT INTO seen SELECT concat_ws(' ', current_setting('lock_timeout'), current_setting('statement_timeout'),
			current_setting('idle_in_transaction_session_timeout'), current_setting('jit'), current_setting('synchronous_commit'));
		RETURN NULL;
	END $$;
	CREATE TRIGGER look AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION look()`

// TestSettingsHoldWithAndWithoutAPooler, also if the database's own would lose the latest commits; and a pooler gets its
// connections back unchanged.
func TestSettingsHoldWithAndWithoutAPooler(t *testing.T) {
	for name, pooled := range map[string]bool{"directly": false, "behind a pooler": true} {
		t.Run(name, func(t *testing.T) {
			url := pgtest.Database(t)
			database, _, _ := strings.Cut(url[strings.LastIndex(url, "@/")+2:], "?")
			if err := pgtest.Exec(url, `ALTER DATABASE `+database+` SET synchronous_commit = off`); err != nil {
				t.Fatal(err)
			}
			direct := url
			if pooled {
				url = pgtest.Pooled(t, url)
			}
			store := openAt(t, url, time.Now)
			if err := pgtest.Exec(direct, settingsSeen); err != nil {
				t.Fatal(err)
			}
			createMany(t, store)
			if store.Pooled() != pooled {
				t.Errorf("behind a pooler, as far as it knows: %t", store.Pooled())
			}
			if seen := ask(t, direct, `SELECT string_agg(DISTINCT settings, ' and ') FROM seen`); seen != "1s 15s 5s off on" {
				t.Errorf("orders were written under %s", seen)
			}
			for range 20 {
				if is := ask(t, url, `SELECT concat(current_setting('lock_timeout'), current_setting('synchronous_commit'))`); is != "0off" {
					t.Errorf("another user of the connection finds %s", is)
				}
			}
			if locks := ask(t, direct, `SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory'`); locks != "0" {
				t.Errorf("%s locks are left", locks)
			}
		})
	}
}

// createMany creates orders concurrently.
func createMany(t *testing.T, store *postgres.Store) {
	t.Helper()
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			key := order.IdempotencyKey{Key: fmt.Sprint("key ", i), Fingerprint: "f", ValidFor: time.Hour}
			if _, _, err := store.CreateOrder(t.Context(), draft(), key); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// TestManyCopiesMigrateAtOnceBehindAPooler: the migrations' lock belongs to a transaction, not to a session that the
// pooler lends to others.
func TestManyCopiesMigrateAtOnceBehindAPooler(t *testing.T) {
	url := pgtest.Pooled(t, pgtest.Database(t))
	var copies sync.WaitGroup
	for range 4 {
		copies.Go(func() {
			store, err := postgres.Open(t.Context(), url, time.Now)
			if err != nil {
				t.Error(err)
				return
			}
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	copies.Wait()
	createMany(t, openAt(t, url, time.Now))
}

// TestOneConnectionThroughAProxy: an AWS function has one connection, gets a new password for each, and may have RDS
// Proxy before its database.
func TestOneConnectionThroughAProxy(t *testing.T) {
	url := pgtest.Database(t)
	o := postgres.Options{Connections: 1, Migrated: true, Login: func(context.Context) (string, error) { return "a password that is trusted", nil }}
	if err := postgres.Migrate(t.Context(), url, o); err != nil {
		t.Fatal(err)
	}
	store, err := postgres.OpenWith(t.Context(), pgtest.Pooled(t, url), o, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	createMany(t, store)
	if err := store.Ping(t.Context()); err != nil || !store.Pooled() || store.Share() != 1 {
		t.Errorf("%v; behind a pooler: %t; %d connections", err, store.Pooled(), store.Share())
	}
}
