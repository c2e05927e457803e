// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
)

// childEnv holds the base URL for the child process of TestPackngoDebug.
const childEnv = "PACKET_TEST_CHILD"

func TestMain(m *testing.M) {
	if url := os.Getenv(childEnv); url != "" { //nolint:forbidigo // The child process is this test binary.
		os.Exit(child(url))
	}
	os.Exit(m.Run())
}

// secrets must not be seen anywhere; neither must ids in logs and metrics.
var (
	secrets = []string{testToken, testMD5, testData, "hunter33"}
	ids     = []string{sessionID, deviceID, projectID, reservationID, sshKeyID}
)

// leaks returns which of the words are in a text.
func leaks(text string, words ...string) []string {
	var out []string
	for _, w := range words {
		if strings.Contains(text, w) {
			out = append(out, w)
		}
	}
	return out
}

// A recorder is a logger that keeps what it is given.
type recorder struct {
	mu    *sync.Mutex
	lines *[]string
}

func (r recorder) log(msg string, kv ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*r.lines = append(*r.lines, fmt.Sprintf("%s %+v", msg, kv))
}
func (r recorder) Info(msg string, kv ...any)          { r.log(msg, kv...) }
func (r recorder) Debug(msg string, kv ...any)         { r.log(msg, kv...) }
func (r recorder) WithValues(kv ...any) logging.Logger { r.log("", kv...); return r }

// chatty answers with an error that quotes the whole request.
func chatty(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnprocessableEntity)
	_ = json.NewEncoder(w).Encode( //nolint:errchkjson // The client notices.
		map[string][]string{"errors": {
			"bad token " + r.Header.Get("X-Auth-Token"), "bad password " + testMD5, "bad path " + r.URL.Path,
			"bad data " + testData, "bad script " + testScript, "bad line " + strings.Split(testScript, "\n")[1],
		}},
	)
}

func TestErrorsLogsAndMetricsAreRedacted(t *testing.T) {
	a := startAPI(t, chatty)
	o := testOptions()
	reg := prometheus.NewRegistry()
	rec := recorder{mu: &sync.Mutex{}, lines: &[]string{}}
	o.Registerer, o.Logger = reg, rec
	c := newTestClient(t, a.URL, o)

	for name, m := range methods {
		_, err := m.call(t.Context(), c, m.id)
		if !IsInvalid(err) {
			t.Errorf("%s: want an invalid error, got %v", name, err)
			continue
		}
		// A secret is known to the call that sends it only.
		words := slices.Concat([]string{testToken}, ids, m.sends)
		for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", *asError(err))} {
			if got := leaks(text, words...); got != nil {
				t.Errorf("%s: the error holds %v: %s", name, got, text)
			}
		}
	}

	words := append(append([]string{}, secrets...), ids...)
	if len(*rec.lines) != len(methods) {
		t.Errorf("want one log line for each request, got %q", *rec.lines)
	}
	for _, line := range *rec.lines {
		if got := leaks(line, append(words, "facility", a.URL)...); got != nil {
			t.Errorf("the log holds %v: %s", got, line)
		}
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		var b strings.Builder
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			t.Fatal(err)
		}
		if got := leaks(b.String(), words...); got != nil {
			t.Errorf("the metrics hold %v:\n%s", got, b.String())
		}
	}
}

func TestResultsDoNotPrintSecrets(t *testing.T) {
	for _, v := range []any{
		Secret(testMD5),
		Neighbor{MD5Password: testMD5},
		[]Neighbor{{MD5Password: testMD5}},
		BGPConfig{MD5: testMD5},
		Device{RootPassword: testMD5},
		[]Device{{UserData: testMD5}},
		&CreateDevice{UserData: testMD5},
		CustomData{"a": testMD5},
		[]Device{{CustomData: CustomData{"a": testMD5}}},
		&CreateDevice{CustomData: CustomData{"a": testMD5}},
		Project{CustomData: CustomData{"a": testMD5}},
		&CreateProject{CustomData: CustomData{"a": testMD5}},
		Reservation{CustomData: CustomData{"a": testMD5}},
		CreateReservation{CustomData: CustomData{"a": testMD5}},
	} {
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v), fmt.Sprintf("%q", v), string(j)} {
			if leaks(text, testMD5) != nil || !strings.Contains(text, redacted) {
				t.Errorf("want %s in place of the password, got %s", redacted, text)
			}
		}
	}
	if got := fmt.Sprintf("%v|%#v|%v|%#v", Secret(""), Secret(""), CustomData{}, CustomData{}); got != `|""||""` {
		t.Errorf("an empty secret should be seen to be empty, got %s", got)
	}
	// Of a pointer only the address is printed.
	md5, data := Secret(testMD5), CustomData{"a": testMD5}
	for _, v := range []any{
		SetBGPConfig{MD5: &md5}, UpdateDevice{UserData: &md5, CustomData: &data}, UpdateProject{CustomData: &data}, UpdateReservation{CustomData: &data},
	} {
		j, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v), string(j)} {
			if leaks(text, testMD5) != nil {
				t.Errorf("want no password, got %s", text)
			}
		}
	}
}

// TestPackngoDebug runs all methods in a process with PACKNGO_DEBUG set, where
// packngo left alone prints requests, answers and deprecations.
func TestPackngoDebug(t *testing.T) {
	a := startAPI(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Deprecation", "true")
		w.Header().Set("Sunset", "soon")
		w.Header().Set("Link", `<https://host/>; rel="sunset"`)
		for _, m := range methods {
			if m.wire.Method == r.Method && m.wire.URI == r.RequestURI {
				m.answer(w, r)
				return
			}
		}
		chatty(w, r)
	})
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "PACKNGO_DEBUG=1", childEnv+"="+a.URL)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("child: %v\n%s", err, out)
	}
	if want := fmt.Sprintf("%d calls\n", len(methods)); string(out) != want {
		t.Errorf("want nothing printed but %q, got:\n%s", want, out)
	}
	if got := len(a.requests()); got != len(methods) {
		t.Errorf("want %d requests, got %d", len(methods), got)
	}
}

func child(url string) int {
	c, err := NewConnections(Options{}).Client(Config{BaseURL: url + "/metal/v1", Token: testToken})
	if err != nil {
		fmt.Fprintln(os.Stdout, "error:", err)
		return 1
	}
	done := 0
	for name, m := range methods {
		if _, err := m.call(context.Background(), c, m.id); err != nil {
			fmt.Fprintln(os.Stdout, name, "error:", err)
			return 1
		}
		done++
	}
	fmt.Fprintln(os.Stdout, done, "calls")
	return 0
}
