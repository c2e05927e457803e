// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browserVariable names the browser to test with, if it is not found by itself.
const browserVariable = "PACKETSIM_TEST_BROWSER"

// findBrowser returns the path of a Chromium. Without one the test fails in CI,
// and is skipped for those who have none at hand.
func findBrowser(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}
	if name := os.Getenv(browserVariable); name != "" {
		names = []string{name}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	const text = "the live page is tested in Chromium, and none of %v was found; install it (apt-get install chromium), or let " + browserVariable + " name one"
	if os.Getenv("CI") == "true" {
		t.Fatalf(text, names)
	}
	t.Skipf(text+". This is a failure only if CI=true.", names)
	return ""
}

// A browser is a Chromium without a window.
type browser struct{ ctx context.Context }

// newBrowser starts a browser that ends with the test.
func newBrowser(t *testing.T) browser {
	t.Helper()
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(findBrowser(t))}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := chromedp.NewContext(t.Context(), chromedp.WithAllocatorOptions(options...))
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("cannot start the browser: %v", err)
	}
	return browser{ctx}
}

// A tab is a window of the browser, with what its page complained about.
type tab struct {
	ctx context.Context

	mu         sync.Mutex
	complaints []string
}

// open shows a page of a certain width, in light or dark.
func (b browser) open(t *testing.T, url string, width int64, scheme string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	page := &tab{ctx: ctx}
	page.do(t, chromedp.EmulateViewport(width, 1000))
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}); err != nil {
		t.Fatal(err)
	}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			page.mu.Lock()
			page.complaints = append(page.complaints, m.String())
			page.mu.Unlock()
		}
	}()
	page.do(t, chromedp.Navigate(url))
	return page
}

func (b *tab) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// wait waits until an expression of JavaScript is true.
func (b *tab) wait(t *testing.T, expression string) {
	t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(20*time.Second))); err != nil {
		t.Fatalf("waiting for %s: %v; the page shows:\n%s", expression, err, eval[string](t, b, "document.body.innerText"))
	}
}

// eval returns the value of an expression of JavaScript.
func eval[T any](t *testing.T, b *tab, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// checkComplaints fails the test if the browser had reason to complain.
func (b *tab) checkComplaints(t *testing.T) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		t.Errorf("the browser's console says %s", c)
	}
}
