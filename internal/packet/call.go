// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"
)

var errAnswerTooLong = errors.New("answer too long")

// A call is one method call of a Client. It is the transport of the packngo
// client made for that call, which is how the caller's context gets under
// packngo. A failure of any kind, an error status included, leaves it as an
// [*Error], so that packngo sees successes only. It is not safe for concurrent
// use.
type call struct {
	*Client
	request

	ctx context.Context //nolint:containedctx // It lives as long as the call, and packngo passes none on.

	method          string
	status          int
	started         time.Time // of the last try
	body            []byte    // of the last answer, if it is a success
	large           bool      // while the body counts as a large one
	mayHaveHappened bool      // true if a mutation was sent and not definitely refused
	emptySuccess    bool
}

// An answer is a response that was read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// RoundTrip sends a request, again if that is safe and useful. It never follows
// a redirect: the token would travel with it.
func (l *call) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close() //nolint:errcheck // Each try sends a copy.
	}
	l.method = req.Method

	for n := 1; ; n++ {
		a, err := l.try(req)
		if err == nil {
			return a.response(req), nil
		}
		if l.vanished(err) {
			return (&answer{status: http.StatusNoContent}).response(req), nil
		}
		err.Ambiguous = l.mayHaveHappened
		wait, again := l.nextTry(n, err)
		if !again {
			return nil, err
		}
		if cause := l.sleep(wait); cause != nil {
			err.cause = cause
			return nil, err
		}
	}
}

// try sends the request once and reads the answer to its end.
func (l *call) try(req *http.Request) (*answer, *Error) {
	if err := l.budget.acquire(l.ctx, req.Method != http.MethodGet); err != nil {
		return nil, l.notSent(err)
	}
	defer l.budget.release()

	l.status, l.emptySuccess = 0, false
	l.started = l.opts.Clock.Now()
	a, sent, err := l.send(req)
	took := l.opts.Clock.Since(l.started)

	code := "error"
	if err == nil {
		l.status = a.status
		code = strconv.Itoa(a.status)
		l.budget.observe(a.status, a.header)
	}
	l.metrics.observe(l.method, l.route, code, took)
	l.opts.Logger.Debug("Sent a request", "method", l.method, "route", l.route, "code", code, "took", took)

	if err != nil {
		l.mayHaveHappened = l.mayHaveHappened || sent && l.mutates()
		return nil, l.networkError(err, sent)
	}
	if e := l.answerError(a); e != nil {
		l.mayHaveHappened = l.mayHaveHappened || l.doubtful(e)
		return nil, e
	}
	l.emptySuccess, l.body = a.empty(), a.body
	return a, nil
}

// send sends the request once within the timeout of a try. Sent is true if a
// connection was had, so that the server may have got the request whatever the
// error.
func (l *call) send(req *http.Request) (a *answer, sent bool, err error) {
	ctx, cancel := context.WithTimeout(l.ctx, l.opts.TryTimeout)
	defer cancel()

	var had atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			// net/http repeats a GET by itself if it meets a connection that
			// the server has just closed.
			if had.Swap(true) {
				l.metrics.observe(l.method, l.route, "error", l.opts.Clock.Since(l.started))
			}
		},
	})
	r := req.Clone(ctx)
	r.Close = false // packngo asks for a new connection each time.
	if req.GetBody != nil {
		if r.Body, err = req.GetBody(); err != nil {
			return nil, false, err
		}
	}

	resp, err := l.transport.RoundTrip(r)
	if err != nil {
		return nil, had.Load(), err
	}
	defer resp.Body.Close() //nolint:errcheck // It was read to its end, or is given up.
	body, err := l.readBody(ctx, resp)
	return &answer{status: resp.StatusCode, header: resp.Header, body: body}, true, err
}

// response is what packngo gets to see. Of the headers it needs the content
// type only; others (Deprecation, Sunset, Link) it would print.
func (a *answer) response(req *http.Request) *http.Response {
	return &http.Response{
		Status:        http.StatusText(a.status),
		StatusCode:    a.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        http.Header{"Content-Type": a.header["Content-Type"]},
		Body:          io.NopCloser(bytes.NewReader(a.body)),
		ContentLength: int64(len(a.body)),
		Request:       req,
	}
}

func (a *answer) empty() bool { return len(bytes.TrimSpace(a.body)) == 0 }

func (a *answer) holds(list string) bool {
	return list == "" || bytes.Contains(a.body, []byte(strconv.Quote(list)))
}

func (l *call) mutates() bool { return l.method != http.MethodGet }

// vanished reports whether a DELETE met nothing after an earlier try of it may
// have been carried out.
func (l *call) vanished(err *Error) bool {
	return l.method == http.MethodDelete && l.mayHaveHappened && err.Class == ClassNotFound
}
