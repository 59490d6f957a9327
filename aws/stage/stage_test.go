package main

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"testing"
	"time"

	"acme.example/webshop/app"
	"acme.example/webshop/app/systemtest"
	"acme.example/webshop/audit"
	"acme.example/webshop/database/pgtest"
)

const token = "the token of the operators of the stage"

// run starts the shop's stack for a test.
func run(t *testing.T, trouble Trouble) (*Stage, audit.Config) {
	t.Helper()
	folder := t.TempDir()
	if os.Getenv("FOLDER") != "" {
		folder = os.Getenv("FOLDER")
	}
	others, err := partners(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(others, map[string]string{"WEBSHOP_PRIVATE_TOKEN": token})
	database := pgtest.Database(t)
	s, err := Start(t.Context(), Config{
		Template: "../../deploy/aws/template.yaml", Bootstrap: bootstrap(t), Folder: folder,
		Parameters: map[string]string{"OperatorNetworks": "127.0.0.0/8"}, Settings: settings(database, others),
		Speed: 6, Instances: 3, Trouble: trouble, Log: slog.Default(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = s.Report(os.Stdout)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	capacity, err := app.Capacities("")
	if err != nil {
		t.Fatal(err)
	}
	return s, audit.Config{DatabaseURL: database, PrivateURL: s.URL("PrivateApi"), Token: token, Capacity: capacity}
}

func bootstrap(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("BOOTSTRAP"); path != "" {
		return path
	}
	path, err := build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// TestStage orders from the stack while instances are killed and EventBridge misbehaves, and audits what came of it.
func TestStage(t *testing.T) {
	s, a := run(t, Trouble{
		Seed: 1, Kills: 50, KillShare: .05, Twice: .05, Late: .02, LateBy: 3 * time.Second, Refused: .02,
	})
	start := time.Now()
	_, err := systemtest.Run(t.Context(), systemtest.Config{
		PublicURL: s.PublicURL(), PrivateURL: s.URL("PrivateApi"), Token: token, Orders: 500, Concurrency: 8, Timeout: 2 * time.Minute, Out: os.Stdout,
	})
	fmt.Println("systemtest took", time.Since(start))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.AskShop(t.Context()); err != nil {
		t.Fatal(err)
	}
	report, err := audit.Run(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	if !report.OK || s.trouble.count() < 50 {
		_ = report.WriteText(os.Stdout)
		t.Errorf("%d kills", s.trouble.count())
	}
}
