// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"crypto/sha256"
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// Connections are what all clients of a process share: one transport per CA
// bundle, one budget per endpoint and credential, and the metrics. They are
// safe for concurrent use.
type Connections struct {
	opts       Options
	metrics    *metrics
	transports *shared[[sha256.Size]byte, trust]
	budgets    *shared[credential, *budget]
	large      chan struct{}
}

// A credential identifies an endpoint and a token without holding the token.
type credential struct {
	endpoint string
	token    [sha256.Size]byte
}

// NewConnections returns connections with the given options. It panics if the
// Registerer holds metrics of the same names but other labels.
func NewConnections(o Options) *Connections {
	o = o.withDefaults()
	return &Connections{
		opts:       o,
		metrics:    newMetrics(o.Registerer),
		transports: newShared[[sha256.Size]byte](o.Clock, trust.drop),
		budgets:    newShared[credential](o.Clock, func(*budget) {}),
		large:      make(chan struct{}, maxLarge),
	}
}

// Client returns a client for one connection. It makes no request and is cheap
// enough to be called for each reconcile. The error is a [*Error] of
// ClassUnauthorized if the token is empty or unusable, and of ClassInvalid if
// the base URL or the CA bundle is; neither is quoted.
func (c *Connections) Client(cfg Config) (*Client, error) {
	base, err := parseBaseURL(cfg.BaseURL)
	if err != nil {
		return nil, &Error{Class: ClassInvalid, Message: err.Error()}
	}
	token, err := parseToken(cfg.Token)
	if err != nil {
		return nil, &Error{Class: ClassUnauthorized, Message: err.Error()}
	}
	trusted := c.transports.get(sha256.Sum256(cfg.CABundle), func() trust { return newTrust(cfg.CABundle) })
	if trusted.err != nil {
		return nil, &Error{Class: ClassInvalid, Message: trusted.err.Error()}
	}
	key := credential{endpoint: base.String(), token: sha256.Sum256([]byte(token))}
	return &Client{
		opts: c.opts, metrics: c.metrics, base: base, token: token,
		transport: trusted.transport,
		budget:    c.budgets.get(key, func() *budget { return newBudget(c.opts) }),
		large:     c.large,
	}, nil
}

// A trust is the transport that trusts a CA bundle, or why there is none: a
// bundle is read once.
type trust struct {
	transport *http.Transport
	err       error
}

func newTrust(bundle []byte) trust {
	roots, err := parseCABundle(bundle)
	if err != nil {
		return trust{err: err}
	}
	return trust{transport: newTransport(&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12})}
}

func (t trust) drop() {
	if t.transport != nil {
		t.transport.CloseIdleConnections()
	}
}

func newTransport(t *tls.Config) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:     t,
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        256,
		MaxIdleConnsPerHost: 64,
		// Below what servers commonly keep idle connections for (60 s and
		// more), so that a POST rarely meets one that is just being closed:
		// its outcome would be unknown.
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}
