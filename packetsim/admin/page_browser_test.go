// SPDX-License-Identifier: Apache-2.0

package admin_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
	"github.com/crossplane-contrib/provider-packet/packetsim/admin"
)

const (
	wide  = 1400
	phone = 360
	live  = `document.querySelector('#link').textContent === 'live'`
)

// shows returns an expression for a text on the page.
func shows(selector, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.innerText.includes(%q))`, selector, text)
}

// busy gives a bench something of everything.
func busy(t *testing.T, cfg packetsim.Config) *bench {
	t.Helper()
	b := newBench(t, cfg)
	failed := b.AddDevice(packetsim.Device{ProjectID: b.project.ID, Hostname: "edge-2"})
	if err := b.FailDevice(failed.ID); err != nil {
		t.Fatal(err)
	}
	b.AddDevice(packetsim.Device{ProjectID: b.project.ID, Hostname: "edge-3", State: packetsim.DeviceProvisioning})
	b.AddSession(packetsim.BGPSession{DeviceID: b.device.ID, AddressFamily: "ipv6", Status: packetsim.SessionDown})
	b.AddProject(packetsim.Project{Name: "bare"})
	b.Fault(packetsim.Fault{Name: "refused", Route: "/organizations", Times: 1, Status: http.StatusInternalServerError})
	b.call(t, http.MethodGet, "/organizations", "")
	b.call(t, http.MethodGet, "/projects/{project}/bgp/sessions", "")
	b.call(t, http.MethodGet, "/nowhere", "")
	b.call(t, http.MethodPost, "/projects", "{}")
	send(t, http.MethodGet, strings.TrimSuffix(b.URL, "metal/v1/")+"user", "")
	return b
}

func TestPageShows(t *testing.T) {
	chromium := newBrowser(t)
	b := busy(t, packetsim.Config{})
	page := chromium.open(t, b.admin.URL, wide, "light")
	page.wait(t, live)
	for _, want := range []struct{ selector, text string }{
		{".project h3", "demo"},
		{".project header", b.project.ID},
		{".project .bgp", "BGP local, AS 65000, enabled, with password"},
		{".project .bgp", "BGP was never enabled"},
		{".devices > li", "edge-1"},
		{".devices .id", b.device.ID},
		{".devices .badge", "active"},
		{".devices .badge", "failed"},
		{".devices .place", "hidden, answers 403"},
		{".devices .badge", "provisioning"},
		{".sessions li", "IPv4"},
		{".sessions .badge", "up"},
		{".sessions .badge", "down"},
		{".sessions .id", b.session.ID},
		{".project .empty", "No devices."},
		{"#requests tr", "GET /organizations"},
		{"#requests .badge", "500"},
		{"#requests .badge", "404"},
		{"#requests .why", "Name can't be blank"},
		{"#requests .why", "its prefix is missing"},
		{".fold", "3 devices"},
		{"#requests .fault", "fault: refused"},
		{"#faults li", "1 of 1 hit, spent"},
		{"#faults .what", "answers 500"},
		{"#figures", "1 active, 1 failed, 1 provisioning"},
	} {
		if !eval[bool](t, page, shows(want.selector, want.text)) {
			t.Errorf("want %q in %s, the page shows:\n%s", want.text, want.selector, eval[string](t, page, "document.body.innerText"))
		}
	}
	if html := eval[string](t, page, "document.documentElement.outerHTML"); strings.Contains(html, password) || strings.Contains(html, b.Token) {
		t.Errorf("the page has a secret in it: %s", html)
	}
	page.checkComplaints(t)
}

// TestPageEscapes has clients send HTML wherever they can.
func TestPageEscapes(t *testing.T) {
	chromium := newBrowser(t)
	const script, image = `<script>window.injected = 1</script>`, `<img src=x onerror="window.injected = 1">`
	b := &bench{Sim: packetsim.Start(t, packetsim.Config{})}
	b.project = b.AddProject(packetsim.Project{Name: image})
	d := b.AddDevice(packetsim.Device{ProjectID: b.project.ID})
	if err := b.UpdateDevice(d.ID, func(d *packetsim.Device) { d.Hostname = script }); err != nil {
		t.Fatal(err)
	}
	b.admin = httptest.NewServer(admin.Handler(b.Server))
	t.Cleanup(b.admin.Close)
	b.Fault(packetsim.Fault{Name: image, Route: "/user"})
	b.call(t, http.MethodGet, "/user", "")
	b.call(t, http.MethodGet, "/%3Cimg%20src=x%20onerror=window.injected=1%3E?a=<b>", "")

	page := chromium.open(t, b.admin.URL, wide, "light")
	page.wait(t, live)
	for _, want := range []struct{ selector, text string }{
		{".project h3", image}, {".devices strong", script}, {"#faults strong", image}, {"#requests .fault", image}, {"#requests .path", "<img"},
	} {
		if !eval[bool](t, page, shows(want.selector, want.text)) {
			t.Errorf("want %s shown as text in %s", want.text, want.selector)
		}
	}
	if !eval[bool](t, page, `window.injected === undefined && document.scripts.length === 1 && document.images.length === 1`) {
		t.Error("a value became HTML")
	}
	page.checkComplaints(t)
}

// TestPageUpdates changes what the page shows, and looks whether it moves.
func TestPageUpdates(t *testing.T) {
	chromium := newBrowser(t)
	b := busy(t, packetsim.Config{})
	page := chromium.open(t, b.admin.URL, wide, "light")
	page.wait(t, live)
	eval[bool](t, page, `(() => { document.querySelector('.sessions li').known = true; return true; })()`)
	const places = `['.figures', '#projects-title', '.project', '#requests-title', '#faults-title'].map((s) => document.querySelector(s).getBoundingClientRect().top)`
	before := eval[[]float64](t, page, places)

	if err := b.SetSessionStatus(b.session.ID, "up,down", "10.1.2.0/24"); err != nil {
		t.Fatal(err)
	}
	page.wait(t, shows(".sessions li", "up,down"))
	b.RemoveDevice(b.Devices()[1].ID)
	page.wait(t, `!`+shows(".devices", "edge-2"))
	b.Fault(packetsim.Fault{Route: "/user", Delay: 1, Times: 2})
	for range 30 {
		b.call(t, http.MethodGet, "/user", "")
	}
	page.wait(t, shows("#faults li", "2 of 2 hits, spent"))
	page.wait(t, `document.querySelectorAll('#requests tbody tr').length === 35`)

	if !eval[bool](t, page, shows(".sessions li", "learned 10.1.2.0/24")) || !eval[bool](t, page, `document.querySelector('.sessions li').known`) {
		t.Error("want the session's element changed in place")
	}
	if diff := cmp.Diff(before, eval[[]float64](t, page, places)); diff != "" {
		t.Errorf("the page jumped (-before +after):\n%s", diff)
	}
	b.ClearFaults()
	b.ResetRequests()
	page.wait(t, shows("#no-faults", "No faults are set"))
	page.wait(t, shows("#no-requests", "No requests yet"))
	page.checkComplaints(t)
}

func TestPageEmpty(t *testing.T) {
	chromium := newBrowser(t)
	sim := packetsim.Start(t, packetsim.Config{})
	server := httptest.NewServer(admin.Handler(sim.Server))
	t.Cleanup(server.Close)
	page := chromium.open(t, server.URL, wide, "dark")
	page.wait(t, live)
	for selector, text := range map[string]string{"#no-projects": "--seed demo", "#no-requests": "No requests yet", "#no-faults": "No faults are set"} {
		if !eval[bool](t, page, shows(selector, text)) {
			t.Errorf("want %q in %s", text, selector)
		}
	}
	page.checkComplaints(t)
}

func TestPageLarge(t *testing.T) {
	chromium := newBrowser(t)
	b := newBench(t, packetsim.Config{})
	for i := range 150 {
		d := b.AddDevice(packetsim.Device{ProjectID: b.project.ID, Hostname: fmt.Sprintf("many-%d", i)})
		b.AddSession(packetsim.BGPSession{DeviceID: d.ID, AddressFamily: "ipv4"})
	}
	page := chromium.open(t, b.admin.URL, wide, "light")
	page.wait(t, live)
	if n := eval[int](t, page, `document.querySelectorAll('.devices > li').length`); n != 100 {
		t.Errorf("want 100 devices shown, got %d", n)
	}
	if !eval[bool](t, page, shows(".project .note", "The first 100 of 151 devices, with 151 sessions in all.")) {
		t.Error("want the page to say what it leaves out")
	}
}

// TestPageReconnects stops the admin listener under the page, and starts it
// again.
func TestPageReconnects(t *testing.T) {
	chromium := newBrowser(t)
	b := busy(t, packetsim.Config{})
	address := b.admin.Listener.Addr().String()
	page := chromium.open(t, b.admin.URL, wide, "light")
	page.wait(t, live)
	b.admin.CloseClientConnections()
	b.admin.Close()
	page.wait(t, `document.querySelector('#link').textContent === 'connection lost, retrying'`)
	if !eval[bool](t, page, shows(".devices", "edge-1")) {
		t.Error("want the last known state to stay")
	}
	if err := b.SetSessionStatus(b.session.ID, packetsim.SessionUnknown); err != nil {
		t.Fatal(err)
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	again := &httptest.Server{Listener: l, Config: &http.Server{Handler: admin.Handler(b.Server)}}
	again.Start()
	t.Cleanup(again.Close)
	page.wait(t, live)
	page.wait(t, shows(".sessions .badge", "unknown"))
}

func TestPageKeyboard(t *testing.T) {
	chromium := newBrowser(t)
	b := busy(t, packetsim.Config{})
	page := chromium.open(t, b.admin.URL, wide, "light")
	page.wait(t, live)
	var stops []string
	for range 5 {
		page.do(t, chromedp.KeyEvent(kb.Tab))
		stops = append(stops, eval[string](t, page, `document.activeElement.id || document.activeElement.className`))
	}
	if diff := cmp.Diff([]string{"skip", "pause", "fold", "fold", "scroll"}, stops); diff != "" {
		t.Errorf("stops of the tab key (-want +got):\n%s", diff)
	}
	eval[bool](t, page, `(() => { document.querySelector('#pause').focus(); return true; })()`)
	page.do(t, chromedp.KeyEvent(kb.Enter))
	page.wait(t, `document.querySelector('#link').textContent === 'paused' && document.querySelector('#pause').getAttribute('aria-pressed') === 'true'`)
	page.do(t, chromedp.KeyEvent(kb.Enter))
	page.wait(t, live)
	if got := eval[string](t, page, `document.activeElement.innerText`); got != "Pause" {
		t.Errorf("want the focus to stay on the button, it is on %q", got)
	}
	page.checkComplaints(t)
}

func TestPageOnAPhone(t *testing.T) {
	chromium := newBrowser(t)
	b := busy(t, packetsim.Config{})
	b.AddDevice(packetsim.Device{ProjectID: b.project.ID, Hostname: strings.Repeat("long-", 40)})
	page := chromium.open(t, b.admin.URL, phone, "light")
	page.wait(t, live)
	if n := eval[int](t, page, `document.documentElement.scrollWidth`); n > phone {
		t.Errorf("want no scrolling to the side at %d pixels, the page is %d wide", phone, n)
	}
	const small = `[...document.querySelectorAll('body *')].filter((e) => e.children.length === 0 && e.innerText?.trim() && parseFloat(getComputedStyle(e).fontSize) < 13).map((e) => e.innerText)`
	if diff := cmp.Diff([]string{}, eval[[]string](t, page, small)); diff != "" {
		t.Errorf("texts that are too small to read (-want +got):\n%s", diff)
	}
}

// faint returns the texts whose contrast is below what WCAG 2.2 asks for at
// level AA, criterion 1.4.3.
const faint = `(() => {
	const channels = (c) => c.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const ground = (e) => {
		for (; e; e = e.parentElement) {
			const c = channels(getComputedStyle(e).backgroundColor);
			if (c[3] === undefined || c[3] === 1) return c;
		}
		return [255, 255, 255];
	};
	return [...document.querySelectorAll('body *')]
		.filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()))
		.map((e) => [e, ...[light(channels(getComputedStyle(e).color)), light(ground(e))].sort((a, b) => b - a)])
		.filter(([, high, low]) => (high + 0.05) / (low + 0.05) < 4.5)
		.map(([e, high, low]) => e.className + ' ' + e.innerText + ' ' + ((high + 0.05) / (low + 0.05)).toFixed(1));
})()`

func TestPageContrast(t *testing.T) {
	chromium := newBrowser(t)
	b := busy(t, packetsim.Config{})
	grounds := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		page := chromium.open(t, b.admin.URL, wide, scheme)
		page.wait(t, live)
		if diff := cmp.Diff([]string{}, eval[[]string](t, page, faint)); diff != "" {
			t.Errorf("%s: texts that are too faint (-want +got):\n%s", scheme, diff)
		}
		grounds[eval[string](t, page, `getComputedStyle(document.body).backgroundColor`)] = true
	}
	if len(grounds) != 2 {
		t.Errorf("want light and dark to differ, got %v", grounds)
	}
}

// TestPageTones has a connection cut midway, and a device that is only off.
func TestPageTones(t *testing.T) {
	chromium := newBrowser(t)
	b := newBench(t, packetsim.Config{})
	if err := b.SetDeviceState(b.device.ID, packetsim.DeviceInactive); err != nil {
		t.Fatal(err)
	}
	b.Fault(packetsim.Fault{Route: "/user", Cut: packetsim.CutMidway})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.URL+"user", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	if err == nil {
		t.Error("want the connection cut")
	}
	page := chromium.open(t, b.admin.URL, wide, "light")
	page.wait(t, live)
	for selector, want := range map[string]string{"#requests .status .badge": "401 cut bad", ".devices .name .badge": "inactive none"} {
		if got := eval[string](t, page, fmt.Sprintf(`(({ innerText, dataset }) => innerText + ' ' + dataset.tone)(document.querySelector(%q))`, selector)); got != want {
			t.Errorf("%s: want %q, got %q", selector, want, got)
		}
	}
	page.do(t, chromedp.Click(".fold"))
	page.wait(t, `!document.querySelector('.devices').checkVisibility()`)
	page.checkComplaints(t)
}
