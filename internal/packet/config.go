// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// A Config says which endpoint to talk to and with which credential.
type Config struct {
	// BaseURL of the API: an absolute http or https URL without user
	// information, query or fragment, for example
	// https://api.equinix.com/metal/v1. A missing trailing slash is added.
	BaseURL string

	// Token is sent as X-Auth-Token. White space around it is dropped: files
	// and Secrets tend to end in a newline. There is no fallback to the
	// environment.
	Token string

	// CABundle holds PEM certificates. When it is not empty, only servers with
	// a certificate that chains to one of them are trusted.
	CABundle []byte
}

// String returns the config without its token.
func (c Config) String() string {
	u, err := parseBaseURL(c.BaseURL)
	if err != nil {
		return "{invalid base URL}"
	}
	return "{" + u.String() + "}"
}

// GoString returns the config without its token.
func (c Config) GoString() string { return "packet.Config" + c.String() }

// parseBaseURL validates and normalises a base URL. Its errors do not quote
// the URL, because it may hold a password.
func parseBaseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, errors.New("the base URL cannot be parsed")
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("the base URL must be absolute and begin with http:// or https://")
	case u.Hostname() == "":
		return nil, errors.New("the base URL has no host")
	case u.User != nil:
		return nil, errors.New("the base URL must not contain user information")
	case u.RawQuery != "" || u.ForceQuery:
		return nil, errors.New("the base URL must not contain a query")
	case u.Fragment != "":
		return nil, errors.New("the base URL must not contain a fragment")
	}
	if p := u.Port(); u.Scheme+p == "http80" || u.Scheme+p == "https443" {
		u.Host = strings.TrimSuffix(u.Host, ":"+p)
	}
	// Without the slash a relative path would replace the last element.
	return u.JoinPath("/"), nil
}

// parseToken drops the white space around a token and refuses what cannot be
// sent in a header. Its errors do not quote the token.
func parseToken(raw string) (string, error) {
	t := strings.TrimSpace(raw)
	if t == "" {
		return "", errors.New("the API token is empty")
	}
	if !httpguts.ValidHeaderFieldValue(t) {
		return "", errors.New("the API token contains characters that cannot be sent in a header")
	}
	return t, nil
}

// parseCABundle returns nil, which means the system's roots, for an empty
// bundle.
func parseCABundle(pem []byte) (*x509.CertPool, error) {
	if len(pem) == 0 {
		return nil, nil
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("the CA bundle of %d bytes contains no PEM certificate", len(pem))
	}
	return pool, nil
}
