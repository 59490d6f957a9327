//go:build browser

package browsertest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	protocol "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// browser is the Chromium of this run; each test opens its own profile in it.
var browser context.Context

// agent is the browser's user agent, as if it had a window.
var agent string

func TestMain(m *testing.M) {
	os.Exit(withBrowser(m.Run))
}

// withBrowser runs the tests with a browser whose data are deleted afterwards.
func withBrowser(run func() int) int {
	path, err := exec.LookPath("chromium")
	if err != nil {
		fmt.Fprintln(os.Stderr, "browsertest: there is no chromium in the PATH: run make setup")
		return 1
	}
	data, err := os.MkdirTemp("", "browsertest-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "browsertest:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(data) }() // leftovers in a temporary folder do no harm
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options(path, data)...)
	defer stop()
	var closeBrowser context.CancelFunc
	browser, closeBrowser = chromedp.NewContext(allocator)
	defer closeBrowser()
	version, err := chromedp.Call(browser, protocol.GetVersion, cdp.Empty{}) // the first call starts the browser
	if err != nil {
		fmt.Fprintln(os.Stderr, "browsertest: chromium does not start:", err)
		return 1
	}
	agent = strings.ReplaceAll(version.UserAgent, "Headless", "")
	code := run()
	end, cancel := context.WithTimeout(browser, time.Minute)
	defer cancel()
	if err := chromedp.Cancel(end); err != nil {
		fmt.Fprintln(os.Stderr, "browsertest: chromium does not stop:", err)
	}
	return code
}

// options start a quiet browser without a sandbox (containers refuse it) that speaks English. chromedp's own keep its
// shared memory out of /dev/shm, which is small in containers.
func options(path, data string) []chromedp.ExecAllocatorOption {
	on := chromedp.DefaultExecAllocatorOptions[:]
	on = append(on[:len(on):len(on)], chromedp.ExecPath(path), chromedp.UserDataDir(data), chromedp.NoSandbox, chromedp.DisableGPU)
	for _, flag := range []string{"disable-quic", "disable-component-update", "no-pings"} {
		on = append(on, chromedp.Flag(flag, true))
	}
	return append(on, chromedp.Flag("lang", "en-US"), chromedp.Env("LANGUAGE=en_US"))
}
