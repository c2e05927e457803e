// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// contractVar names the OpenAPI document of the service. Without it the
// acceptance tests run all the same, and nothing is held against the document.
const contractVar = "PACKET_OPENAPI"

// An exchange is a request and what packetsim answered.
type exchange struct {
	method string
	url    *url.URL
	header http.Header
	status int
	reply  http.Header
	body   []byte
}

// A contract collects the exchanges of all tests.
type contract struct {
	mux    *http.ServeMux
	routes map[string]*routers.Route

	mu        sync.Mutex
	exchanges []exchange
}

func newContract(t *testing.T) *contract {
	t.Helper()
	name := os.Getenv(contractVar)
	if name == "" {
		t.Logf("%s is not set: answers are not compared with the OpenAPI document", contractVar)
		return &contract{}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("cannot read OpenAPI document: %v", err)
	}
	// Some operations refer to a schema where only a response may stand.
	text = misplaced.ReplaceAll(text, []byte("$1:${2}description: error$3"))
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatalf("cannot load OpenAPI document: %v", err)
	}
	// The document is not valid to the letter, so it is not validated itself.
	c := &contract{mux: http.NewServeMux(), routes: map[string]*routers.Route{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			pattern := method + " " + packetsim.DefaultPrefix + path
			c.mux.Handle(pattern, http.NotFoundHandler())
			c.routes[pattern] = &routers.Route{Spec: doc, Path: path, PathItem: item, Method: method, Operation: op}
		}
	}
	return c
}

// misplaced matches a response that is a reference to the schema of errors.
var misplaced = regexp.MustCompile(`('?\d{3}'?):(\n +)\$ref: '#/components/schemas/Error'(\n)`)

// serve starts a server whose exchanges are collected, and returns its URL.
func (c *contract) serve(t *testing.T, srv *packetsim.Server) string {
	t.Helper()
	l := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, r)
		body := rec.Body.Bytes()
		c.mu.Lock()
		c.exchanges = append(c.exchanges, exchange{r.Method, r.URL, r.Header, rec.Code, rec.Header(), body})
		c.mu.Unlock()
		maps.Copy(w.Header(), rec.Header())
		w.WriteHeader(rec.Code)
		_, _ = w.Write(body)
	}))
	t.Cleanup(l.Close)
	return l.URL + srv.Prefix() + "/"
}

// report validates what was collected: every deviation from the document must
// be one that is known, and every known one must still occur.
func (c *contract) report(t *testing.T) {
	t.Helper()
	if c.mux == nil {
		return
	}
	found := map[string]int{}
	validated := 0
	for _, x := range c.exchanges {
		texts, ok := c.validate(t.Context(), x)
		for _, text := range texts {
			found[text]++
		}
		if ok {
			validated++
		}
	}
	t.Logf("OpenAPI document: %d answers validated, %d without an operation in the document", validated, len(c.exchanges)-validated)
	seen := map[string]bool{}
	for _, text := range slices.Sorted(maps.Keys(found)) {
		i := slices.IndexFunc(deviations, func(d deviation) bool { return d.pattern.MatchString(text) })
		if i < 0 {
			t.Errorf("unexplained deviation, %d times: %s", found[text], text)
			continue
		}
		seen[deviations[i].pattern.String()] = true
		t.Logf("known deviation, %d times: %s (%s)", found[text], text, deviations[i].reason)
	}
	for _, d := range deviations {
		if !seen[d.pattern.String()] {
			t.Errorf("deviation %s is listed but does not occur", d.pattern)
		}
	}
}

// validate returns the deviations of one exchange, and false if the document
// has no such operation. An answer to PATCH must be as one to PUT.
func (c *contract) validate(ctx context.Context, x exchange) ([]string, bool) {
	req := (&http.Request{Method: x.method, URL: x.url, Header: x.header}).WithContext(ctx)
	var texts []string
	route := c.route(req)
	if route == nil {
		texts = append(texts, "no operation: "+x.method+" "+ids.ReplaceAllString(x.url.Path, "{id}"))
		if x.method == http.MethodPatch {
			route = c.route(&http.Request{Method: http.MethodPut, URL: x.url})
		}
	}
	if route == nil {
		return texts, false
	}
	in := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, Route: route},
		Status:                 x.status, Header: x.reply, Body: io.NopCloser(bytes.NewReader(x.body)),
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true},
	}
	err := openapi3filter.ValidateResponse(ctx, in)
	where := fmt.Sprintf("%s %s %d", x.method, route.Path, x.status)
	return append(texts, flatten(where, nil, err)...), true
}

// route returns the document's operation for a request, nil if it has none.
func (c *contract) route(req *http.Request) *routers.Route {
	_, pattern := c.mux.Handler(req)
	return c.routes[pattern]
}

var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// flatten turns a validation error into one text for each field. The pointer is
// to the part of the answer that was validated.
func flatten(where string, at []string, err error) []string {
	// The first in the chain counts: what the errors of alternatives wrap are
	// those of all of them.
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch e := e.(type) { //nolint:errorlint // The loop unwraps.
		case openapi3.MultiError:
			var out []string
			for _, one := range e {
				out = append(out, flatten(where, at, one)...)
			}
			return out
		case *openapi3.SchemaError:
			pointer := slices.Concat(at, e.JSONPointer())
			if e.SchemaField == "anyOf" || e.SchemaField == "oneOf" {
				return closest(where, pointer, e)
			}
			if e.Origin == nil {
				return []string{where + " " + field(pointer) + ": " + e.Reason}
			}
		}
	}
	if err == nil {
		return nil
	}
	return []string{where + ": " + strings.SplitN(err.Error(), "\n", 2)[0]}
}

// closest returns what is wrong with a value that is none of its schema's
// alternatives, compared with the one that it is meant to be: one whose fixed
// values it has, such as its type, and of these the one with the fewest errors.
func closest(where string, at []string, e *openapi3.SchemaError) []string {
	var best []string
	lowest := 0
	for _, alternative := range slices.Concat(e.Schema.AnyOf, e.Schema.OneOf) {
		texts := flatten(where, at, alternative.Value.VisitJSON(e.Value, openapi3.MultiErrors(), openapi3.VisitAsResponse()))
		rank := len(texts)
		for _, text := range texts {
			if strings.Contains(text, "not one of the allowed values") {
				rank += 1000
			}
		}
		if best == nil || rank < lowest {
			best, lowest = texts, rank
		}
	}
	return best
}

// field writes a pointer into a document with every index as a star.
func field(pointer []string) string {
	out := slices.Clone(pointer)
	for i, p := range out {
		if strings.Trim(p, "0123456789") == "" {
			out[i] = "*"
		}
	}
	return strings.Join(out, ".")
}
