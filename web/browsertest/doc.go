// Package browsertest uses the shop as its customers do: in a real Chromium, on a real shop, from the first page to
// "delivered as booked", and along every way on which that can go wrong. All of it is tests.
//
// Each test has a shop and a browser profile of its own. Tests wait for what they want to see, never for a time. What a
// page writes to the console is a failure, unless the test says that it belongs to what is being tried. Each state of a
// page that a test reaches is given to axe-core, narrow and wide, in light and in dark.
//
// It needs chromium in the PATH and axe-core in node_modules, which make setup installs, and runs with the build
// tag browser, as the last step of make test: make browser-test runs it alone.
package browsertest
