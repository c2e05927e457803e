// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

// repeated returns an array of n elements.
func repeated(element string, n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", n), ",") + "]"
}

// sessionWith returns a session whose field is replaced, or added.
func sessionWith(field, value string) string {
	parts := map[string]string{
		"id": `"` + sessionID + `"`, "address_family": `"ipv4"`, "device": `{"href":"/metal/v1/devices/` + deviceID + `"}`,
	}
	parts[field] = value
	var out []string
	for k, v := range parts {
		out = append(out, fmt.Sprintf("%q:%s", k, v))
	}
	return "{" + strings.Join(out, ",") + "}"
}

func textOf(n int) string { return `"` + strings.Repeat("x", n) + `"` }

// allocated returns how many MiB f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) >> 20
}

func TestHostileAnswers(t *testing.T) {
	const (
		tooLong  = "the answer is longer than allowed"
		tooMuch  = "the answer holds more than allowed"
		noID     = "the answer holds a session without an id"
		noDevice = "the answer holds a session without a device"
		noFamily = "the answer holds a session of an unknown address family"
	)
	session := sessionWith("status", `"up"`)
	device := `{"id":"` + deviceID + `",`
	big := repeated("{}", maxObject/3-10)
	cases := map[string]struct {
		reason string
		method string
		body   string
		says   string // "" for no error
	}{
		"LongObject":      {"One object has a bound of its own.", "GetSession", sessionWith("x", textOf(maxObject)), tooLong},
		"LongOfDevice":    {"So has a list of a device.", "ListDeviceSessions", `{"bgp_sessions":` + repeated("{}", maxObject) + `}`, tooLong},
		"LongOfProject":   {"The list of a project has the longest.", "ListSSHKeys", `{"ssh_keys":` + repeated("{}", 64<<20/3) + `}`, tooLong},
		"Empty":           {"The first object that is none ends a list.", "ListDeviceSessions", `{"bgp_sessions":` + big + `}`, noID},
		"EmptyOfProject":  {"It does so in a list of a project.", "ListSSHKeys", `{"ssh_keys":` + repeated("{}", 8<<20) + `}`, "the answer holds an ssh key without an id"},
		"Sixteen":         {"A device has two sessions; a few more do no harm.", "ListDeviceSessions", `{"bgp_sessions":` + repeated(session, maxOfDevice) + `}`, ""},
		"Seventeen":       {"Many are nonsense.", "ListDeviceSessions", `{"bgp_sessions":` + repeated(session, maxOfDevice+1) + `}`, tooMuch},
		"Neighbors":       {"Neighbours are no more than sessions.", "ListNeighbors", `{"bgp_neighbors":` + repeated(`{"address_family":4}`, maxOfDevice+1) + `}`, tooMuch},
		"LongItem":        {"An object of a list is bounded as one alone.", "ListSSHKeys", `{"ssh_keys":[{"x":` + repeated(`""`, maxObject) + `}]}`, tooMuch},
		"LongStatus":      {"A word is short.", "GetSession", sessionWith("status", textOf(257)), tooMuch},
		"WordStatus":      {"A word of the longest length is read.", "GetSession", sessionWith("status", textOf(256)), ""},
		"Family":          {"There are two families.", "GetSession", sessionWith("address_family", `"ipv5"`), noFamily},
		"Device":          {"A device's id is a UUID.", "GetSession", sessionWith("device", `{"id":"x"}`), noDevice},
		"DeviceLink":      {"So is the one in its link.", "GetSession", sessionWith("device", `{"href":"/devices/x"}`), noDevice},
		"NoDevice":        {"A session has a device.", "GetSession", sessionWith("device", `null`), noDevice},
		"Routes":          {"A list within an object is bounded.", "GetSession", sessionWith("learned_routes", repeated(`"10.0.0.0/8"`, maxWithin+1)), tooMuch},
		"AllRoutes":       {"The longest list is read.", "GetSession", sessionWith("learned_routes", repeated(`"10.0.0.0/8"`, maxWithin)), ""},
		"LongRoute":       {"A prefix is short.", "GetSession", sessionWith("learned_routes", `[`+textOf(65)+`]`), tooMuch},
		"NeighborIP":      {"So is the address of a neighbour.", "ListNeighbors", `{"bgp_neighbors":[{"address_family":4,"peer_ips":[` + textOf(65) + `]}]}`, tooMuch},
		"DeviceAddresses": {"Objects that cost nothing to write are not made by the thousand.", "GetDevice", device + `"ip_addresses":` + repeated("{}", 300_000) + `}`, tooMuch},
		"DeviceData":      {"Custom data is bounded.", "GetDevice", device + `"customdata":{"a":` + textOf(maxScript) + `}}`, tooMuch},
		"DeviceUserData":  {"User data is bounded.", "GetDevice", device + `"userdata":` + textOf(maxScript+1) + `}`, tooMuch},
		"DeviceScripts":   {"Both have room for what people write.", "GetDevice", device + `"userdata":` + textOf(maxScript) + `,"customdata":{"a":` + textOf(maxScript-8) + `}}`, ""},
		"DeviceText":      {"A description is bounded.", "GetDevice", device + `"description":` + textOf(16<<10+1) + `}`, tooMuch},
		"DeviceProject":   {"A project's id is a UUID.", "GetDevice", device + `"project":{"href":"/projects/x"}}`, "the answer holds a device of a project without an id"},
		"ConfigRanges":    {"Ranges are bounded.", "GetBGPConfig", `{"id":"` + projectID + `","ranges":` + repeated("{}", 300_000) + `}`, tooMuch},
		"Fields":          {"Fields are bounded, known or not.", "ListSSHKeys", `{"ssh_keys":[],` + strings.Repeat(`"a":0,`, 1<<20) + `"b":0}`, tooMuch},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, answering(200, tc.body))
			m := methods[tc.method]
			c := newTestClient(t, a.URL, testOptions())
			var err error
			// Reading takes up to sixteen times the length of an answer.
			most := uint64(20 + 16*len(tc.body)>>20)
			if got := allocated(func() { _, err = m.call(t.Context(), c, m.id) }); got > most {
				t.Errorf("%s\nan answer of %d KiB should not take %d MiB of memory", tc.reason, len(tc.body)>>10, got)
			}
			if tc.says == "" && err != nil || tc.says != "" && (!is(err, ClassUnavailable) || asError(err).Message != tc.says) {
				t.Errorf("%s\nwant %q, got error %v", tc.reason, tc.says, err)
			}
			if len(a.requests()) != 1 || len(c.large) != 0 {
				t.Errorf("want one request and nothing held, got %d and %d", len(a.requests()), len(c.large))
			}
		})
	}
}

func TestLongPages(t *testing.T) {
	o := testOptions()
	o.MaxAnswer = 64 << 10
	n := 0
	a := startAPI(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		key := `{"id":"` + sshKeyID + `","key":` + textOf(16<<10) + `}`
		answering(200, fmt.Sprintf(`{"ssh_keys":%s,"meta":{"next":{},"current_page":%d,"total":9}}`, repeated(key, 3), n))(w, r)
	})
	_, err := newTestClient(t, a.URL, o).ListSSHKeys(t.Context(), "")
	if want := "GET /ssh-keys: unavailable (200): the answer holds more than allowed"; err == nil || err.Error() != want || n != 3 {
		t.Errorf("pages should not be longer together than two answers; want %q after 3, got %v after %d", want, err, n)
	}
}

func TestLargeAnswersTakeTurns(t *testing.T) {
	small := answering(200, `{"ssh_keys":[]}`)
	large := answering(200, `{"ssh_keys":`+repeated(`{"id":"`+sshKeyID+`","label":`+textOf(200)+`}`, 5000)+`}`)
	a := startAPI(t, small, large)
	o := testOptions()
	o.Tries, o.TryTimeout = 1, 100*time.Millisecond
	impatient := newTestClient(t, a.URL, o)
	for range maxLarge {
		impatient.large <- struct{}{}
	}
	if _, err := impatient.ListSSHKeys(t.Context(), projectID); err != nil {
		t.Errorf("a short answer should not wait: %v", err)
	}
	if _, err := impatient.ListSSHKeys(t.Context(), projectID); !is(err, ClassUnavailable) || len(impatient.large) != maxLarge {
		t.Errorf("a long answer should wait for its turn, and no longer than a try: %d held, error %v", len(impatient.large), err)
	}

	c := newTestClient(t, a.URL, testOptions())
	c.large = impatient.large
	got := make(chan int)
	go func() {
		all, _ := c.ListSSHKeys(t.Context(), projectID)
		got <- len(all)
	}()
	<-c.large
	if n := <-got; n != 5000 || len(c.large) != maxLarge-1 {
		t.Errorf("a long answer should be read in its turn: got %d keys, %d held", n, len(c.large))
	}
}

func TestCompressedAnswersAreBounded(t *testing.T) {
	a := startAPI(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"id":"`)
		zeros := strings.Repeat("0", 1<<20)
		for range 64 {
			if _, err := io.WriteString(z, zeros); err != nil {
				return // The client has seen enough.
			}
		}
		_ = z.Close()
	})
	var err error
	got := allocated(func() { err = get(t.Context(), newTestClient(t, a.URL, testOptions())) })
	if want := "GET /bgp/sessions/{id}: unavailable: the answer is longer than allowed"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	if got > 32 {
		t.Errorf("a short answer that unpacks to 64 MiB should not take %d MiB", got)
	}
}

func TestRefusalsAreBounded(t *testing.T) {
	nested := strings.Repeat(`{"a":`, 5000) + repeated(`"x"`, 8000) + strings.Repeat("}", 5000)
	cases := map[string]struct {
		reason string
		answer http.HandlerFunc
		want   string
	}{
		"Page":   {"Of a long page the status counts.", answering(401, strings.Repeat("<p>", 8<<20), "Content-Type", "text/html"), "GET /bgp/sessions/{id}: unauthorized (401): the answer is not the API's; is the base URL right?"},
		"Long":   {"Texts that are too long are not the API's.", answering(403, `{"errors":`+repeated(`"x"`, 1<<20)+`}`), "GET /bgp/sessions/{id}: unavailable (403): the answer is not the API's; is the base URL right?"},
		"Nested": {"Texts that are nested deeply are left out.", answering(422, `{"errors":["bad",`+nested+`]}`), "GET /bgp/sessions/{id}: invalid (422): bad"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, tc.answer)
			c := newTestClient(t, a.URL, testOptions())
			var err error
			got := allocated(func() { err = get(t.Context(), c) })
			if err == nil || err.Error() != tc.want || got > 60 {
				t.Errorf("%s\nwant %q, got %v after %d MiB", tc.reason, tc.want, err, got)
			}
		})
	}
}

func TestBundlesAreReadOnce(t *testing.T) {
	conns := NewConnections(testOptions())
	cost := func(bundle []byte) float64 {
		return testing.AllocsPerRun(10, func() {
			_, _ = conns.Client(Config{BaseURL: "https://host/metal/v1", Token: testToken, CABundle: bundle})
		})
	}
	srv := newAPI(answering(200, ""))
	srv.StartTLS()
	defer srv.Close()
	none, bundle := cost(nil), cost(pemOf(srv.Certificate()))
	if bundle > none {
		t.Errorf("a client with a bundle that is known should cost what one without costs, %v, not %v", none, bundle)
	}
}
