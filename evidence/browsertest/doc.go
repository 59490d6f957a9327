// Package browsertest uses the shop as its customers do: in Chromium, on a real shop, from the first page to the booked
// delivery, and in every way that can go wrong. It contains tests only.
//
// Each test has its own shop and browser profile. Tests wait for what they expect to see, never for a time. Anything that
// a page writes to the console is a failure, unless the test expects it. axe-core checks each state of a page that a test
// reaches, narrow and wide, in light and in dark.
//
// It needs chromium in the PATH and axe-core in node_modules, which make setup installs, and the build tag browser: make
// browser-test.
package browsertest
