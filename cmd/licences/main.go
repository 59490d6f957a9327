// Command licences writes the table of modules and their licences into docs/dependencies.md, and fails if one has no
// licence that the shop may use. make generate runs it; a test fails if the table is not up to date.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := write("docs/dependencies.md"); err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// write puts the table into the page.
func write(page string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	modules, err := modules()
	if err != nil {
		return err
	}
	table, err := table(modules)
	if err != nil {
		return err
	}
	filled, err := fill(string(text), table)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(filled), 0o644)
}
