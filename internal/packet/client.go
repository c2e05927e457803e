// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"

	"github.com/packethost/packngo"
)

// A Client speaks to one endpoint with one credential. It is safe for
// concurrent use. All errors of its methods are of type [*Error].
type Client struct {
	opts      Options
	metrics   *metrics
	base      *url.URL
	token     string
	transport *http.Transport
	budget    *budget
	large     chan struct{} // has room for maxLarge
}

// Endpoint returns the normalised base URL, which says where an id is unique.
func (c *Client) Endpoint() string { return c.base.String() }

// Credential returns a hash of the token, which tells credentials apart without
// holding them.
func (c *Client) Credential() [sha256.Size]byte { return sha256.Sum256([]byte(c.token)) }

// A request is what a call knows of itself beside what packngo sends.
type request struct {
	// route is the path's template.
	route string
	// list names the list that an answer must hold: packngo takes {} for an
	// empty one, from which a caller would conclude that an object is gone.
	list string
	// long says that the answer may be longer than maxObject.
	long bool
	// secrets of the request are removed from the text of an error, should the
	// API quote them. The token always is.
	secrets []string
	// doubted is the status of a refusal that the API is known to give although
	// it did what was asked; 0 for none.
	doubted int
}

// do runs f, which makes one logical request, with a packngo client of its own:
// packngo has no context, and writes to its client unlocked.
func (c *Client) do(ctx context.Context, r request, f func(*packngo.Client) error) (*call, error) {
	r.secrets = append([]string{c.token}, r.secrets...)
	l := &call{Client: c, ctx: ctx, request: r}
	p, err := newPackngo(c.base, c.token, c.opts.UserAgent, l)
	if err != nil {
		return l, &Error{Class: ClassInvalid, Message: "the API client cannot be made"}
	}
	if err := f(p); err != nil {
		failure := l.failure(err)
		return l, failure
	}
	return l, nil
}

// ask makes one request whose body and answer are our own types, for what
// packngo's lack or cannot decode. The path is relative to the base URL.
func (c *Client) ask(ctx context.Context, r request, method, path string, body, answer any) (*call, error) {
	return c.do(ctx, r, func(p *packngo.Client) error {
		_, err := p.DoRequest(method, path, body, answer)
		return err
	})
}

func newPackngo(base *url.URL, token, userAgent string, rt http.RoundTripper) (*packngo.Client, error) {
	// packngo prints bodies, md5 passwords included, if it finds this variable
	// while a client is made, and offers no other switch.
	_ = os.Unsetenv("PACKNGO_DEBUG")
	p, err := packngo.NewClientWithBaseURL("provider-packet", token, &http.Client{Transport: rt}, base.String())
	if err != nil {
		return nil, err
	}
	p.UserAgent = userAgent
	return p, nil
}

// failure returns the error of the last try, or says that its answer, though a
// success, cannot be used. packngo's own errors are not handed on.
func (l *call) failure(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	switch {
	case errors.Is(err, io.EOF):
		return l.unusable("the answer is empty")
	case errors.Is(err, errExcess):
		return l.unusable("the answer holds more than allowed")
	}
	return l.unusable("the answer is not what the API documents")
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// ValidID reports whether id has the form of the API's ids, a UUID. A method
// called with another id makes no request and fails with ClassInvalid.
func ValidID(id string) bool { return uuid.MatchString(id) }

func checkID(method, route, what, id string) error {
	if ValidID(id) {
		return nil
	}
	msg := what + " id is not a UUID"
	if id == "" {
		msg = what + " id is empty"
	}
	return &Error{Class: ClassInvalid, Method: method, Route: route, Message: msg}
}
