// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestContext(t *testing.T) {
	calls := map[string]struct {
		call      func(context.Context, *Client) error
		ambiguous bool
	}{
		"GET":    {get, false},
		"POST":   {post, true},
		"PUT":    {put, true},
		"DELETE": {del, true},
	}
	for name, tc := range calls {
		t.Run("Cancelled"+name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			a := startAPI(t, func(w http.ResponseWriter, r *http.Request) {
				cancel()
				hang(w, r)
			})
			err := tc.call(ctx, newTestClient(t, a.URL, testOptions()))
			if !errors.Is(err, context.Canceled) || !is(err, ClassUnavailable) {
				t.Errorf("a call should end with its context: got error %v", err)
			}
			if IsAmbiguous(err) != tc.ambiguous {
				t.Errorf("IsAmbiguous(%v): want %t", err, tc.ambiguous)
			}
			if got := len(a.requests()); got != 1 {
				t.Errorf("a cancelled call should not be repeated: got %d requests", got)
			}
		})
		t.Run("CancelledBefore"+name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			a := startAPI(t, hang)
			err := tc.call(ctx, newTestClient(t, a.URL, testOptions()))
			if !errors.Is(err, context.Canceled) || IsAmbiguous(err) {
				t.Errorf("a call that was never sent should be cancelled and not ambiguous: got error %v", err)
			}
			if got := len(a.requests()); got != 0 {
				t.Errorf("want no request, got %d", got)
			}
		})
	}

	t.Run("DeadlineDuringTry", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer cancel()
		a := startAPI(t, hang)
		err := get(ctx, newTestClient(t, a.URL, testOptions()))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("want the deadline's error, got %v", err)
		}
	})

	t.Run("DeadlineShorterThanWait", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		a := startAPI(t, answering(503, "", "Retry-After", "10"))
		o := testOptions()
		err := get(ctx, newTestClient(t, a.URL, o))
		if !is(err, ClassUnavailable) || len(a.requests()) != 1 || len(o.Clock.(*skipClock).waited()) != 0 {
			t.Errorf("a wait beyond the deadline is useless: got %d requests and error %v", len(a.requests()), err)
		}
	})

	t.Run("CancelledDuringBackoff", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		a := startAPI(t, answering(500, `{"errors":["Oh snap"]}`))
		o := testOptions()
		o.Clock = nil // the real one
		o.Backoff = time.Hour
		o.MaxWait = 2 * time.Hour
		o.Rand = func() float64 { cancel(); return 0 }
		err := get(ctx, newTestClient(t, a.URL, o))
		if !errors.Is(err, context.Canceled) || !is(err, ClassUnavailable) {
			t.Errorf("a back-off should end with the context: got error %v", err)
		}
	})
}

func TestTryTimeout(t *testing.T) {
	a := startAPI(t, hang, answering(200, sessionBody))
	o := testOptions()
	o.TryTimeout = 100 * time.Millisecond
	c := newTestClient(t, a.URL, o)
	if err := get(t.Context(), c); err != nil {
		t.Errorf("a GET should be repeated after a try that took too long: %v", err)
	}

	b := startAPI(t, hang)
	c = newTestClient(t, b.URL, o)
	err := post(t.Context(), c)
	want := "POST /devices/{id}/bgp/sessions: unavailable, may have happened: no answer within 100ms"
	if err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the timeout of a try must not look like the caller's deadline: %v", err)
	}
}

func TestKeepAlive(t *testing.T) {
	var mu sync.Mutex
	opened := 0
	a := newAPI(answering(200, sessionBody))
	a.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			mu.Lock()
			defer mu.Unlock()
			opened++
		}
	}
	a.Start()
	t.Cleanup(a.Close)

	conns := NewConnections(testOptions())
	for range 20 {
		c, err := conns.Client(Config{BaseURL: a.URL, Token: testToken})
		if err != nil {
			t.Fatalf("Client(...): %v", err)
		}
		if err := errors.Join(get(t.Context(), c), put(t.Context(), c)); err != nil {
			t.Fatalf("calls: %v", err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if opened != 1 {
		t.Errorf("40 calls of 20 clients should share one TCP connection, got %d", opened)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			other := startAPI(t, answering(200, sessionBody))
			a := startAPI(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL+r.URL.Path, status)
			})
			c := newTestClient(t, a.URL, testOptions())
			for _, call := range []func(context.Context, *Client) error{get, post, put, del} {
				if err := call(t.Context(), c); !is(err, ClassUnavailable) {
					t.Errorf("want unavailable, got %v", err)
				}
			}
			if got := other.requests(); len(got) != 0 {
				t.Errorf("the other server should get nothing, got %v", got)
			}
			if diff := cmp.Diff([]string{"GET", "POST", "PUT", "DELETE"}, a.methods()); diff != "" {
				t.Errorf("a redirect should not be asked for twice: -want, +got:\n%s", diff)
			}
		})
	}
}

func TestLinksAreNotFollowed(t *testing.T) {
	other := startAPI(t, answering(200, `{"bgp_sessions":[]}`))
	u, err := url.Parse(other.URL)
	if err != nil {
		t.Fatal(err)
	}
	for name, href := range map[string]string{
		"OtherHost":   "///" + u.Host + "/metal/v1/projects",
		"Absolute":    other.URL + "/metal/v1/projects",
		"OutsidePath": "../../projects",
	} {
		t.Run(name, func(t *testing.T) {
			a := startAPI(t,
				answering(200, `{"bgp_sessions":[],"meta":{"current_page":1,"next":{"href":"`+href+`"}}}`),
				answering(200, `{"bgp_sessions":[],"meta":{"current_page":2,"next":null}}`))
			if _, err := newTestClient(t, a.URL, testOptions()).ListDeviceSessions(t.Context(), deviceID); err != nil {
				t.Fatal(err)
			}
			list := "/metal/v1/devices/" + deviceID + "/bgp/sessions"
			var got []string
			for _, r := range a.requests() {
				got = append(got, r.URI)
			}
			if diff := cmp.Diff([]string{list, list + "?page=2"}, got); diff != "" || len(other.requests()) != 0 {
				t.Errorf("a page should be asked for by its number: -want, +got:\n%s\nat the other server: %v", diff, other.requests())
			}
		})
	}
}

func TestAnswerIsBounded(t *testing.T) {
	a := startAPI(t, answering(200, sessionBody))
	o := testOptions()
	o.MaxAnswer = int64(len(sessionBody))
	if err := get(t.Context(), newTestClient(t, a.URL, o)); err != nil {
		t.Errorf("an answer of the longest length should be read: %v", err)
	}
	o.MaxAnswer--
	err := get(t.Context(), newTestClient(t, a.URL, o))
	if want := "GET /bgp/sessions/{id}: unavailable: the answer is longer than allowed"; err == nil || err.Error() != want {
		t.Errorf("want %q, got %v", want, err)
	}
	if got := len(a.requests()); got != 2 {
		t.Errorf("an answer that is too long should not be asked for again: got %d requests", got)
	}
}

func TestRequestHeaders(t *testing.T) {
	a := startAPI(t, answering(200, sessionBody))
	o := testOptions()
	o.UserAgent = "provider-packet/v1.2.3"
	t.Setenv("PACKET_AUTH_TOKEN", "from-the-environment")
	if err := get(t.Context(), newTestClient(t, a.URL, o)); err != nil {
		t.Fatalf("GetSession(...): %v", err)
	}
	got := a.requests()[0].Header
	for name, want := range map[string]string{
		"User-Agent":       "provider-packet/v1.2.3",
		"X-Auth-Token":     testToken,
		"X-Consumer-Token": "provider-packet",
		"Accept":           "application/json",
		"Connection":       "",
	} {
		if got.Get(name) != want {
			t.Errorf("header %s: got %q, want %q", name, got.Get(name), want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	a := startAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answering(200, sessionBody, "X-RateLimit-Limit", "100000", "X-RateLimit-Remaining", "99999", "X-RateLimit-Reset", "99999999999")(w, r)
	})
	conns := NewConnections(testOptions())
	shared, err := conns.Client(Config{BaseURL: a.URL, Token: testToken})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			own, err := conns.Client(Config{BaseURL: a.URL, Token: testToken})
			if err != nil {
				t.Error(err)
				return
			}
			for _, c := range []*Client{shared, own} {
				if err := errors.Join(get(t.Context(), c), put(t.Context(), c), del(t.Context(), c)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got, want := len(a.requests()), 16*2*3; got != want {
		t.Errorf("got %d requests, want %d", got, want)
	}
}

func TestConnectionsAreTrusted(t *testing.T) {
	a := httptest.NewUnstartedServer(answering(200, sessionBody))
	a.Config.ErrorLog = quiet
	a.StartTLS()
	t.Cleanup(a.Close)

	conns := NewConnections(testOptions())
	c, err := conns.Client(Config{BaseURL: a.URL, Token: testToken, CABundle: pemOf(a.Certificate())})
	if err != nil {
		t.Fatalf("Client(...): %v", err)
	}
	if err := get(t.Context(), c); err != nil {
		t.Errorf("a server whose certificate chains to the bundle should be trusted: %v", err)
	}

	c, err = conns.Client(Config{BaseURL: a.URL, Token: testToken})
	if err != nil {
		t.Fatalf("Client(...): %v", err)
	}
	want := "POST /devices/{id}/bgp/sessions: unavailable: the server's certificate is signed by an unknown authority"
	if err := post(t.Context(), c); err == nil || err.Error() != want {
		t.Errorf("another server's should not be; nothing was sent, so nothing is ambiguous:\nwant %q\ngot  %v", want, err)
	}
}
