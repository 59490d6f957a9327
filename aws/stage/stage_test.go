package main

import (
	"log/slog"
	"testing"
)

func TestTemplate(t *testing.T) {
	s, err := Start(t.Context(), Config{
		Template: "../../deploy/aws/template.yaml", Bootstrap: "/bin/false", Folder: t.TempDir(), Log: slog.Default(),
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = s
}
