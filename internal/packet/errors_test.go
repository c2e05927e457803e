// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// predicates that hold for an error, by name.
func predicates(err error) []string {
	var out []string
	for _, p := range []struct {
		name  string
		holds func(error) bool
	}{
		{"NotFound", IsNotFound},
		{"AlreadyExists", IsAlreadyExists},
		{"Forbidden", IsForbidden},
		{"Unauthorized", IsUnauthorized},
		{"BGPNotEnabled", func(err error) bool { return is(err, ClassBGPNotEnabled) }},
		{"Busy", IsBusy},
		{"Locked", IsLocked},
		{"Invalid", IsInvalid},
		{"RateLimited", func(err error) bool { return is(err, ClassRateLimited) }},
		{"Unavailable", func(err error) bool { return is(err, ClassUnavailable) }},
		{"Ambiguous", IsAmbiguous},
	} {
		if p.holds(err) {
			out = append(out, p.name)
		}
	}
	return out
}

func TestClassification(t *testing.T) {
	html := func(status int) http.HandlerFunc {
		return answering(status, "<html><h1>"+testToken+"</h1></html>", "Content-Type", "text/html")
	}
	const (
		getText  = "GET /bgp/sessions/{id}: "
		postText = "POST /devices/{id}/bgp/sessions: "
		foreign  = "the answer is not the API's; is the base URL right?"
	)
	testClassification(t, map[string]classification{
		"401": {
			"A 401 is about the credential.", get, answering(401, `{"error":"Invalid authentication token"}`),
			[]string{"Unauthorized"},
			getText + "unauthorized (401): Invalid authentication token",
		},
		"401HTML": {
			"A 401 needs no body.", get, html(401),
			[]string{"Unauthorized"},
			getText + "unauthorized (401): " + foreign,
		},
		"403": {
			"A 403 is about the object.", get, answering(403, `{"errors":["You are not authorized to view this device"]}`),
			[]string{"Forbidden"},
			getText + "forbidden (403): You are not authorized to view this device",
		},
		"403HTML": {
			"A firewall's 403 says nothing about the object.", get, html(403),
			[]string{"Unavailable"},
			getText + "unavailable (403): " + foreign,
		},
		"404": {
			"A 404 of the API means that the object does not exist.", get, answering(404, `{"errors":["Not found"]}`),
			[]string{"NotFound"},
			getText + "not found (404): Not found",
		},
		"404Text": {
			"A 404 of an ingress must never be taken for a deleted object.", get, answering(404, "default backend - 404", "Content-Type", "text/plain"),
			[]string{"Unavailable"},
			getText + "unavailable (404): " + foreign,
		},
		"404OtherJSON": {
			"A 404 of a gateway that speaks JSON is not the API's either.", get, answering(404, `{"message":"no Route matched"}`),
			[]string{"Unavailable"},
			getText + "unavailable (404): " + foreign,
		},
		"404Empty": {
			"A 404 without any body is not the API's, which may have done it.", post, answering(404, ""),
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable (404), may have happened: " + foreign,
		},
		"422AlreadyExists": {
			"A second session of a family is a duplicate.", post, answering(422, `{"errors":["Address family already has session with ipv4"]}`),
			[]string{"AlreadyExists"},
			postText + "already exists (422): Address family already has session with ipv4",
		},
		"422BGPNotEnabled": {
			"BGP that is not enabled is told apart.", post, answering(422, `{"errors":["BGP is not enabled"]}`),
			[]string{"BGPNotEnabled", "Invalid"},
			postText + "BGP not enabled (422): BGP is not enabled",
		},
		"422Busy": {
			"A device that is provisioning can be deleted later.", del, answering(422, `{"errors":["Cannot delete a device while it is provisioning"]}`),
			[]string{"Busy", "Invalid"},
			"DELETE /bgp/sessions/{id}: busy (422): Cannot delete a device while it is provisioning",
		},
		"422": {
			"Several texts are sorted, without duplicates.", post, answering(422, `{"errors":["b is bad","a is bad","b is bad"]}`),
			[]string{"Invalid"},
			postText + "invalid (422): a is bad; b is bad",
		},
		"422ByField": {
			"Errors by field are read as well.", post, answering(422, `{"errors":{"address_family":["is bad"]}}`),
			[]string{"Invalid"},
			postText + "invalid (422): address_family is bad",
		},
		"400": {
			"Any other refusal is invalid.", post, answering(400, `{"error":"Bad request"}`),
			[]string{"Invalid"},
			postText + "invalid (400): Bad request",
		},
		"429": {
			"A 429 definitely did not happen.", post, answering(429, `{"errors":["Too many requests"]}`),
			[]string{"RateLimited"},
			postText + "rate limited (429): Too many requests",
		},
		"429HTML": {
			"A 429 may come from a gateway.", post, html(429),
			[]string{"RateLimited"},
			postText + "rate limited (429)",
		},
		"408": {
			"Who gives up with a 408 may have passed it on.", post, answering(408, ""),
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable (408), may have happened",
		},
		"408JSON": {
			"Also in the API's form.", put, answering(408, `{"errors":["Request timeout"]}`),
			[]string{"Unavailable", "Ambiguous"},
			"PUT /bgp/sessions/{id}: unavailable (408), may have happened: Request timeout",
		},
		"408GET": {
			"A GET changes nothing.", get, answering(408, ""),
			[]string{"Unavailable"},
			getText + "unavailable (408)",
		},
		"401POST": {
			"A 401 is a refusal, whoever gives it.", post, html(401),
			[]string{"Unauthorized"},
			postText + "unauthorized (401): " + foreign,
		},
		"422HTML": {
			"A refusal that is not the API's is none.", post, html(422),
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable (422), may have happened: " + foreign,
		},
		"499Text": {
			"A proxy's own status neither.", del, answering(499, "client closed request", "Content-Type", "text/plain"),
			[]string{"Unavailable", "Ambiguous"},
			"DELETE /bgp/sessions/{id}: unavailable (499), may have happened: " + foreign,
		},
		"500GET": {
			"A GET is never ambiguous.", get, answering(500, `{"errors":["Oh snap, something went wrong!"]}`),
			[]string{"Unavailable"},
			getText + "unavailable (500): Oh snap, something went wrong!",
		},
		"500POST": {
			"A POST answered with 500 may have happened.", post, answering(500, `{"errors":["Oh snap, something went wrong!"]}`),
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable (500), may have happened: Oh snap, something went wrong!",
		},
		"502HTML": {
			"HTML is never quoted.", post, html(502),
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable (502), may have happened",
		},
		"503": {
			"A 503 of a PUT may have happened.", put, answering(503, `{"errors":["Down for maintenance"]}`),
			[]string{"Unavailable", "Ambiguous"},
			"PUT /bgp/sessions/{id}: unavailable (503), may have happened: Down for maintenance",
		},
		"303": {
			"Some proxies answer a mutation that they carried out with 303.", post, answering(303, "", "Location", "/"),
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable (303), may have happened: the endpoint answers with a redirect, which is not followed; is the base URL right?",
		},
		"308": {
			"A 308 was not carried out.", post, answering(308, "", "Location", "/"),
			[]string{"Unavailable"},
			postText + "unavailable (308): the endpoint answers with a redirect, which is not followed; is the base URL right?",
		},
		"200HTML": {
			"A login page is no session.", get, html(200),
			[]string{"Unavailable"},
			getText + "unavailable (200): " + foreign,
		},
		"200HTMLToDELETE": {
			"A login page does not mean that anything was deleted.", del, html(200),
			[]string{"Unavailable", "Ambiguous"},
			"DELETE /bgp/sessions/{id}: unavailable (200), may have happened: " + foreign,
		},
		"200BrokenJSON": {
			"What cannot be decoded is not quoted.", get, answering(200, `{"id":`+testToken),
			[]string{"Unavailable"},
			getText + "unavailable (200): the answer is not what the API documents",
		},
		"200Empty": {
			"An empty answer is no session.", get, answering(200, ""),
			[]string{"Unavailable"},
			getText + "unavailable (200): the answer is empty",
		},
		"200NoSession": {
			"{} is no session.", get, answering(200, `{}`),
			[]string{"Unavailable"},
			getText + "unavailable (200): the answer holds another session",
		},
		"201NoSession": {
			"A session without an id may have been made.", post, answering(201, `{}`),
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable (201), may have happened: the answer holds a session without an id",
		},
		"CutGET": {
			"A cut GET is not ambiguous.", get, cut,
			[]string{"Unavailable"},
			getText + "unavailable: the connection was cut",
		},
		"CutPOST": {
			"A cut POST is.", post, cut,
			[]string{"Unavailable", "Ambiguous"},
			postText + "unavailable, may have happened: the connection was cut",
		},
	})
}

// A classification says what an answer to a call means.
type classification struct {
	reason string
	call   func(context.Context, *Client) error
	answer http.HandlerFunc
	holds  []string // names of predicates
	text   string
}

func testClassification(t *testing.T, cases map[string]classification) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t, tc.answer)
			err := tc.call(t.Context(), newTestClient(t, a.URL, testOptions()))
			if err == nil {
				t.Fatalf("%s\nwant an error", tc.reason)
			}
			if diff := cmp.Diff(tc.holds, predicates(fmt.Errorf("wrapped: %w", err))); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.text, err.Error()); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			var foreign *url.Error
			if errors.As(err, &foreign) {
				t.Errorf("an error with a URL in it is handed out: %v", foreign)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	plain := startAPI(t, answering(200, sessionBody))

	cases := map[string]struct {
		reason string
		url    string
		text   string
		waits  int
	}{
		"Refused": {
			"A refused connection should be tried again; nothing was sent.", refusing,
			"the connection was refused", 3,
		},
		"NoTLS": {
			"A server that does not speak TLS will not learn it soon.", strings.Replace(plain.URL, "http:", "https:", 1),
			"the server does not speak TLS", 0,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := testOptions()
			c := newTestClient(t, tc.url, o)
			err := del(t.Context(), c)
			want := "DELETE /bgp/sessions/{id}: unavailable: " + tc.text
			if err == nil || err.Error() != want || IsAmbiguous(err) {
				t.Errorf("%s\nwant %q\ngot  %v", tc.reason, want, err)
			}
			if got := len(o.Clock.(*skipClock).waited()); got != tc.waits {
				t.Errorf("%s\nwant %d waits, got %d", tc.reason, tc.waits, got)
			}
		})
	}
}

func TestForeignCertificates(t *testing.T) {
	a := httptest.NewUnstartedServer(answering(200, sessionBody))
	a.Config.ErrorLog = quiet
	a.StartTLS()
	t.Cleanup(a.Close)
	// The certificate is for 127.0.0.1 and example.com only.
	_, port, err := net.SplitHostPort(a.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewConnections(testOptions()).Client(Config{
		BaseURL: "https://localhost:" + port, Token: testToken, CABundle: pemOf(a.Certificate()),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "GET /bgp/sessions/{id}: unavailable: the server's certificate is for another host"
	if err := get(t.Context(), c); err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
}

func TestNilAndForeignErrors(t *testing.T) {
	for _, err := range []error{nil, errors.New("boom"), &packetless{}} {
		if got := predicates(err); got != nil {
			t.Errorf("predicates of %v: want none, got %v", err, got)
		}
	}
}

type packetless struct{}

func (*packetless) Error() string { return "not found" }
