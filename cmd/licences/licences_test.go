package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLicences fails if go.mod has a module whose licence is not allowed, or that the page does not list.
func TestLicences(t *testing.T) {
	t.Chdir("../..")
	all, err := modules()
	if err != nil {
		t.Fatal(err)
	}
	made, err := table(all)
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	if filled, err := fill(string(page), made); err != nil || filled != string(page) {
		t.Errorf("docs/dependencies.md does not list what go.mod names (%v); run make generate", err)
	}
	if len(all) < 50 {
		t.Errorf("only %d modules", len(all))
	}
}

// TestModulesThatMayNotBeUsed tests the test.
func TestModulesThatMayNotBeUsed(t *testing.T) {
	for name, c := range map[string]struct{ file, text, says string }{
		"none":          {"README.md", "Free for all.", "no licence"},
		"unknown":       {"LICENSE", "You may use this on Tuesdays.", "no licence"},
		"GPL":           {"COPYING", "                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n\nSPDX-License-Identifier: GPL-3.0-only\n" + gpl, "GPL"},
		"without a dir": {"", "", "no licence"},
	} {
		folder := t.TempDir()
		if c.file != "" {
			if err := os.WriteFile(filepath.Join(folder, c.file), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, err := table([]module{{Path: "example.com/x", Dir: folder}})
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "example.com/x") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := fill("a page without marks", "x"); err == nil {
		t.Error("a page without marks was filled")
	}
}

// gpl is the notice of a program under the GPL.
const gpl = `This program is free software: you can redistribute it and/or modify it under the terms of the GNU General
Public License as published by the Free Software Foundation, either version 3 of the License, or (at your option) any
later version. This program is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even
the implied warranty of MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for
more details. You should have received a copy of the GNU General Public License along with this program. If not, see
<https://www.gnu.org/licenses/>.`
