package app

import (
	"fmt"
	"os"
	"path/filepath"

	"acme.example/webshop/surfaces/web"
)

// WritePages writes the shop's pages and their assets as files into a folder.
func WritePages(folder string) error {
	e, err := web.Export()
	if err != nil {
		return err
	}
	for name, content := range e.Files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("pages: %w", err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return fmt.Errorf("pages: %w", err)
		}
	}
	return nil
}
