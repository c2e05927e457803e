// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A result is what an endpoint answers.
type result struct {
	// status is 200 if zero and there is a body, else 204.
	status int
	// location is where something that was made can be found.
	location string
	body     any
}

// A failure is an answer that says what is wrong with a request.
type failure struct {
	status int
	texts  []string
}

// Error returns the texts in one line.
func (f *failure) Error() string { return strings.Join(f.texts, "; ") }

func missing(format string, args ...any) error {
	return &failure{http.StatusNotFound, []string{fmt.Sprintf(format, args...)}}
}

func bad(texts ...string) error {
	return &failure{http.StatusBadRequest, texts}
}

// respond writes the answer to a request. An answer to GET has an ETag, so that
// whoever asks again and again is told when nothing has changed.
func respond(w http.ResponseWriter, r *http.Request, res result, err error) {
	if wrong := new(packetsim.InvalidError); errors.As(err, &wrong) {
		err = bad(wrong.Error())
	}
	if f := new(failure); errors.As(err, &f) {
		res = result{status: f.status, body: map[string][]string{"errors": f.texts}}
	} else if err != nil {
		res = result{status: http.StatusInternalServerError, body: map[string][]string{"errors": {err.Error()}}}
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	if res.location != "" {
		h.Set("Location", res.location)
	}
	if res.body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	// Angle brackets are as harmless in JSON as they are common in log lines.
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(res.body); err != nil {
		http.Error(w, "cannot encode the answer", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	if r.Method == http.MethodGet && err == nil {
		sum := sha256.Sum256(b.Bytes())
		tag := `"` + hex.EncodeToString(sum[:16]) + `"`
		h.Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if res.status != 0 {
		w.WriteHeader(res.status)
	}
	// A client that went away is no concern of the server.
	_, _ = w.Write(b.Bytes())
}
