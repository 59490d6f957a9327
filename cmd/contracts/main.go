// Command contracts writes the contract files that are made from the code. make generate runs it; a test fails when
// the files and the code differ.
package main

import (
	"fmt"
	"os"

	"acme.example/webshop/app"
)

func main() {
	files, err := app.Contracts()
	for path, doc := range files {
		if err == nil {
			err = os.WriteFile(path, doc, 0o644)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "contracts:", err)
		os.Exit(1)
	}
}
