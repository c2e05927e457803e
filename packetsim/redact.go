// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/url"
	"slices"
	"strings"
)

// hidden stands for a secret in the request log.
const hidden = "hidden"

// secretParams are the parameters of a query whose values are secret, whatever
// they are. The API takes only user data there; the others come by mistake.
var secretParams = []string{"userdata", "token", "auth_token", "x-auth-token", "api_key", "md5", "password"}

// redact hides the secrets in the path and the query of an entry: the values of
// secretParams, API keys, and the token that the request was sent with.
func (s *Server) redact(r *Request, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := strings.Split(r.Path, "/")
	for i, part := range parts {
		if s.state.secret(part, token) {
			parts[i] = hidden
		}
	}
	r.Path = strings.Join(parts, "/")
	if r.Query == "" {
		return
	}
	q, err := url.ParseQuery(r.Query)
	found := err != nil // What cannot be read is left out: it may be anything.
	for name, values := range q {
		for i, v := range values {
			if slices.Contains(secretParams, strings.ToLower(name)) || s.state.secret(v, token) {
				values[i], found = hidden, true
			}
		}
	}
	if found {
		r.Query = q.Encode()
	}
}

// secret tells whether a text has the token in it, or is another API key.
func (st *state) secret(text, token string) bool {
	return token != "" && strings.Contains(text, token) || st.tokens.count("token/"+text) > 0
}
