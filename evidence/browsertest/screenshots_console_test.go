//go:build browser

package browsertest

import (
	"fmt"
	"testing"
)

// consoleScreenshots takes a picture of each view of the operator's console, of a shop with some problems: wide and in
// light, the first also in dark and on a phone.
func consoleScreenshots(t *testing.T, folder string) {
	s := start(t)
	made := s.trouble()
	wide := album{s.visit(screen{1280, 1180, false}, "en-US"), folder, "1280"}
	wide.scheme("light")
	for _, view := range []struct{ name, path, ready string }{
		{"console-now", "/console", `document.querySelectorAll(".alert").length >= 2 && document.querySelector(".step.bad")`},
		{"console-orders", "/console/orders?market=MX", `document.querySelectorAll("#list li").length >= 2`},
		{"console-order", fmt.Sprintf("/console/orders/%d", made), `document.querySelector(".timeline .parked")`},
		{"console-deadletters", "/console/deadletters", `document.querySelector(".letter")`},
		{"console-partners", "/console/partners", `document.querySelector(".partner.bad")`},
		{"console-ledger", "/console/ledger", `document.querySelector("#balances table")`},
		{"console-books", "/console/books", `document.querySelector("#balances table")`},
	} {
		wide.shows(view.path, view.ready)
		wide.picture(view.name)
		if view.name == "console-now" || view.name == "console-order" {
			wide.scheme("dark")
			wide.as("1280-dark").picture(view.name)
			wide.scheme("light")
		}
	}
	wide.rules()
	small := album{s.visit(screen{360, 1500, true}, "en-US"), folder, "360"}
	small.scheme("light")
	small.shows("/console", `document.querySelectorAll(".alert").length >= 2`)
	small.picture("console-now")
	small.shows(fmt.Sprintf("/console/orders/%d", made), `document.querySelector(".timeline .parked")`)
	small.picture("console-order")
}

func (a album) as(suffix string) album { a.suffix = suffix; return a }

// shows opens a view of the console and waits until it is ready.
func (a album) shows(path, ready string) {
	a.Helper()
	a.operate(path)
	a.until(`Boolean(` + ready + `)`)
}

// rules takes a picture of the changes by other rules.
func (a album) rules() {
	a.Helper()
	a.operate("/console/rules")
	a.pressed("#versions", "Open version 1")
	a.until(`document.querySelector("#text").value !== ""`)
	a.inJS(`(() => { const t = document.querySelector("#text"); t.value = t.value.replace("price: 15000", "price: 14000").replace('rate: "20"', 'rate: "18.5"'); t.dispatchEvent(new Event("input")); t.scrollTop = 0; })()`)
	a.pressed("#other", "What if?")
	a.until(`Boolean(document.querySelector("#trial table"))`)
	a.picture("console-rules")
}
