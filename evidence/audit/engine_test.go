package audit

import (
	"context"
	"database/sql"
	"testing"
)

// TestADatabaseThatDoesNotAnswerIsClosed, since the patrol tries it repeatedly.
func TestADatabaseThatDoesNotAnswerIsClosed(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	late, cancel := context.WithCancel(t.Context())
	cancel()
	if d, err := reached(late, &database{db, &sqlite, versions{}}); err == nil || d != nil {
		t.Errorf("%v, %v", d, err)
	}
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("it is still open")
	}
}
