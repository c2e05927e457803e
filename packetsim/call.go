// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	kjson "sigs.k8s.io/json"
)

// A call is one authenticated request on its way through a handler. The
// server's lock is held while it lives.
type call struct {
	st     *state
	who    Token
	denied bool // The token has lost its access to projects.
	method string
	path   string
	query  url.Values
	body   []byte
	now    time.Time
	view   view
	param  func(name string) string
}

// An answer is what a handler returns: a status and the object to encode, nil
// for an empty body.
type answer struct {
	status int
	object any
}

// A handler answers a call with an answer or an *apiError.
type handler func(*call) (answer, error)

func ok(object any) (answer, error)      { return answer{http.StatusOK, object}, nil }
func created(object any) (answer, error) { return answer{http.StatusCreated, object}, nil }
func accepted() (answer, error)          { return answer{http.StatusAccepted, nil}, nil }
func noContent() (answer, error)         { return answer{http.StatusNoContent, nil}, nil }

// decode reads the JSON body into v. An empty body leaves v as it is. Names of
// fields are exact, as they are in the real API, and unlike encoding/json.
func (c *call) decode(v any) error {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	err := kjson.UnmarshalCaseSensitivePreserveInts(c.body, v)
	if typeErr := new(json.UnmarshalTypeError); errors.As(err, &typeErr) && typeErr.Field != "" {
		return errInvalid(humanize(typeErr.Field) + " is invalid")
	}
	if err != nil {
		return errInvalid("Request body is not a valid JSON object")
	}
	return nil
}

// humanize turns a field name into the words the API uses for it in errors.
func humanize(field string) string {
	s := strings.ReplaceAll(strings.ReplaceAll(field, ".", " "), "_", " ")
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
