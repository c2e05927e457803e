// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// An Error is what every method of [Client] and [Connections] returns on
// failure. Its text is the same for the same cause: it has no ids, times or
// addresses, so that a condition made from it does not flap. It never contains
// a token, a password, a request body, a query or HTML.
type Error struct {
	// Class of the error.
	Class Class
	// Method and Route of the request, such as GET and /bgp/sessions/{id}; both
	// are empty if the error is about the connection.
	Method, Route string
	// Status of the last answer; 0 if there was none.
	Status int
	// Message for people, sanitised and bounded.
	Message string
	// RetryAfter is how long the API asked to wait, capped by
	// Options.MaxPause; 0 if it did not ask.
	RetryAfter time.Duration
	// Ambiguous is true if a POST, PUT, PATCH or DELETE may have happened.
	Ambiguous bool

	cause     error
	transient bool // the same request may succeed soon
}

// Error returns the stable text.
func (e *Error) Error() string {
	what := string(e.Class)
	if e.Status != 0 {
		what = fmt.Sprintf("%s (%d)", what, e.Status)
	}
	if e.Ambiguous {
		what += ", may have happened"
	}
	if e.Message != "" {
		what += ": " + e.Message
	}
	if e.Route == "" {
		return what
	}
	return e.Method + " " + e.Route + ": " + what
}

// Unwrap returns context.Canceled or context.DeadlineExceeded if the caller's
// context ended, and nil otherwise. Errors of the network are not handed out:
// their texts hold URLs and addresses.
func (e *Error) Unwrap() error { return e.cause }

func (l *call) error(c Class, format string, args ...any) *Error {
	return &Error{
		Class: c, Method: l.method, Route: l.route, Status: l.status,
		Message: fmt.Sprintf(format, args...),
	}
}

// unusable is the error for an answer that cannot be worked with although its
// status says success. A mutation may well have happened.
func (l *call) unusable(msg string) *Error {
	e := l.error(ClassUnavailable, "%s", msg)
	e.Ambiguous = l.mutates()
	return e
}

// answerError returns the error that an answer means, or nil for a success.
func (l *call) answerError(a *answer) *Error {
	foreign := "the answer is not the API's; is the base URL right?"
	if s := a.status; s >= 200 && s <= 299 {
		if !a.empty() && !isJSON(a) {
			return l.unusable(foreign)
		}
		if !a.holds(l.list) {
			return l.unusable("the answer holds no list")
		}
		return nil
	}

	texts, own := apiTexts(a)
	e := l.error(classOf(a.status, texts, own), "%s", sanitise(texts, l.secrets))
	e.RetryAfter = retryAfter(a.status, a.header, l.opts.Clock.Now(), l.opts.MaxPause)
	switch s := a.status; {
	case s < 400:
		e.Message = "the endpoint answers with a redirect, which is not followed; is the base URL right?"
	case s == http.StatusTooManyRequests, s == http.StatusRequestTimeout:
		e.transient = true
	case s >= 500:
		e.transient = s != http.StatusNotImplemented && e.Class != ClassInvalid
	case !own:
		e.Message = foreign
	}
	return e
}

// classOf classifies all but successes. Own says that the body is the API's.
func classOf(status int, texts []string, own bool) Class {
	switch status {
	case http.StatusUnauthorized:
		return ClassUnauthorized
	case http.StatusTooManyRequests:
		return ClassRateLimited
	case http.StatusRequestTimeout:
		return ClassUnavailable
	}
	text := classOfText(strings.ToLower(strings.Join(texts, "\n")))
	switch {
	case status < 400 || !own:
		return ClassUnavailable
	case status >= 500 && text != ClassInvalid:
		return ClassUnavailable
	case status == http.StatusNotFound || status == http.StatusGone:
		return ClassNotFound
	case text != "":
		return text
	}
	if status == http.StatusForbidden {
		return ClassForbidden
	}
	return ClassInvalid
}

// classOfText recognises refusals by their text, in lower case: the API has one
// code, 422, for nearly all of them; a 503 is a refusal only by its text. The
// texts are those of packethost/terraform-provider-packet#124, #206 and #266,
// equinix/terraform-provider-metal#35, kubermatic/kubermatic#7834,
// kontena/pharos-cluster#1518 and OpenNebula/one#5345.
func classOfText(text string) Class {
	for _, r := range []struct {
		part  string
		class Class
	}{
		{"already has session", ClassAlreadyExists},
		{"already been taken", ClassAlreadyExists},
		{"bgp is not enabled", ClassBGPNotEnabled},
		{"while it is provisioning", ClassBusy},
		{"is not provisionable", ClassBusy},
		{"delete a locked item", ClassLocked},
		{"no available hardware reservations", ClassInvalid},
		{"has no provisionable", ClassInvalid},
	} {
		if strings.Contains(text, r.part) {
			return r.class
		}
	}
	return ""
}

// doubtful reports whether a request that was answered, but not with a usable
// success, may have been carried out. Only the API's own refusal says that it was
// not: what stands between may give up, with a 408 or another status, on what it
// has passed on. A 401 and a 429 are refusals whoever gives them. A 302 or 303 is
// how some proxies and frameworks answer a mutation that they carried out.
func (l *call) doubtful(e *Error) bool {
	switch s := e.Status; {
	case !l.mutates():
		return false
	case s == l.doubted, s < 300, s == http.StatusFound, s == http.StatusSeeOther:
		return true
	default:
		return s >= 400 && e.Class == ClassUnavailable
	}
}

// notSent is the error for a try that got no turn.
func (l *call) notSent(err error) *Error {
	var spent *spentError
	if errors.As(err, &spent) {
		e := l.error(ClassRateLimited, "the API's rate limit is used up")
		e.RetryAfter = spent.wait
		return e
	}
	return l.ended(err)
}

// ended is the error for a caller that does not wait any longer.
func (l *call) ended(cause error) *Error {
	e := l.error(ClassUnavailable, "the request was cancelled")
	if errors.Is(cause, context.DeadlineExceeded) {
		e.Message = "the time for the request ran out"
	}
	e.cause = cause
	return e
}

// networkError describes a try that got no complete answer. The texts are our
// own: those of the net package hold addresses, ports and times.
func (l *call) networkError(err error, sent bool) *Error {
	if cause := l.ctx.Err(); cause != nil {
		return l.ended(cause)
	}
	msg, transient := networkMessage(err, sent)
	if errors.Is(err, context.DeadlineExceeded) {
		msg = fmt.Sprintf("no answer within %s", l.opts.TryTimeout)
	}
	e := l.error(ClassUnavailable, "%s", msg)
	e.transient = transient
	return e
}

func networkMessage(err error, sent bool) (msg string, transient bool) {
	var (
		dns       *net.DNSError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		untrusted *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.Is(err, errAnswerTooLong):
		return "the answer is longer than allowed", false
	case errors.As(err, &authority):
		return "the server's certificate is signed by an unknown authority", false
	case errors.As(err, &host):
		return "the server's certificate is for another host", false
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet", false
	case errors.As(err, &untrusted):
		return "the server's certificate is not trusted", false
	case errors.As(err, &record):
		return "the server does not speak TLS", false
	case errors.As(err, &alert):
		return "the server refused the TLS handshake", false
	case errors.As(err, &dns):
		return "the host name of the base URL cannot be resolved", true
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused", true
	case sent:
		return "the connection was cut", true
	}
	return "the connection failed", true
}
