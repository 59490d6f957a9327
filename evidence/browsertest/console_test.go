//go:build browser

package browsertest

import (
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
)

// console collects a tab's errors: exceptions, console.error and console.warn, failed requests, and violations of the
// Content-Security-Policy.
type console struct {
	mu       sync.Mutex
	messages []string
	expected []string
}

func (c *console) hear(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = "exception: " + e.ExceptionDetails.Text
		if thrown := e.ExceptionDetails.Exception; thrown != nil {
			text += " " + thrown.Description
		}
	case *runtime.EventConsoleAPICalled:
		text = called(e)
	case *log.EventEntryAdded:
		if e.Entry.Level != log.EntryLevelVerbose && e.Entry.Level != log.EntryLevelInfo {
			text = "log: " + e.Entry.Text + " " + e.Entry.URL
		}
	}
	if text == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.messages = append(c.messages, text)
}

// called returns the text of console.error, console.warn or a failed console.assert.
func called(e *runtime.EventConsoleAPICalled) string {
	switch e.Type {
	case "error", "warning", "assert":
	default:
		return ""
	}
	text := "console: "
	for _, arg := range e.Args {
		text += arg.Description + string(arg.Value)
	}
	return text
}

func (c *console) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.messages...)
}

// expect names the errors that the test causes, by a part of their text.
func (p *tab) expect(parts ...string) {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	p.console.expected = append(p.console.expected, parts...)
}

// judge fails the test for each unexpected error.
func (c *console) judge(t *testing.T) {
	t.Helper()
	for _, message := range c.all() {
		if !c.expects(message) {
			t.Errorf("the page complains: %s", message)
		}
	}
}

func (c *console) expects(message string) bool {
	for _, part := range c.expected {
		if strings.Contains(message, part) {
			return true
		}
	}
	return false
}
