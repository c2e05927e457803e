// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// maxText bounds what is quoted of an API's answer, in characters.
const maxText = 300

// maxDepth is how deep texts may be nested in an error.
const maxDepth = 8

func isJSON(a *answer) bool {
	return strings.HasPrefix(strings.ToLower(a.header.Get("Content-Type")), "application/json")
}

// apiTexts returns the texts of an API's error body, which is
// {"errors":["..."]} or {"error":"..."}. Own is true if it is one: anybody can
// answer with a status, and a proxy's 404 says nothing about an object.
func apiTexts(a *answer) (texts []string, own bool) {
	var body struct {
		Errors any `json:"errors"`
		Error  any `json:"error"`
	}
	if !isJSON(a) || json.Unmarshal(a.body, &body) != nil {
		return nil, false
	}
	texts = append(flatten(body.Errors, maxDepth), flatten(body.Error, maxDepth)...)
	return texts, len(texts) > 0
}

// flatten returns the strings in v: the documented list of them, or the map of
// lists by field that Rails makes by default.
// What is nested deeper is left out: to name all the fields above each text
// takes the more time the deeper it is.
func flatten(v any, depth int) []string {
	var out []string
	if depth == 0 {
		return nil
	}
	switch v := v.(type) {
	case string:
		if v != "" {
			out = append(out, v)
		}
	case []any:
		for _, e := range v {
			out = append(out, flatten(e, depth-1)...)
		}
	case map[string]any:
		for k, e := range v {
			for _, s := range flatten(e, depth-1) {
				out = append(out, k+" "+s)
			}
		}
	}
	return out
}

// What differs from one answer to the next although the cause is the same, and
// what does not belong into a condition.
var (
	anyID   = regexp.MustCompile(`(?i)\b([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,})\b`)
	anyTime = regexp.MustCompile(`\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( ?(Z|UTC|[+-]\d\d:?\d\d))?`)
	markup  = regexp.MustCompile(`<[a-zA-Z!/][^>]*>`)
)

// sanitise makes one line of an API's texts: without the given secrets, without
// what changes from answer to answer, without markup, sorted, and bounded.
func sanitise(texts, secrets []string) string {
	// A secret may be a part of another one.
	secrets = slices.SortedFunc(slices.Values(secrets), func(a, b string) int { return len(b) - len(a) })
	var out []string
	for _, t := range texts {
		for _, s := range secrets {
			if s != "" {
				t = strings.ReplaceAll(t, s, redacted)
			}
		}
		if markup.MatchString(t) {
			continue
		}
		t = strings.Join(strings.Fields(strings.Map(printable, t)), " ")
		t = anyTime.ReplaceAllString(anyID.ReplaceAllString(t, "{id}"), "{time}")
		if t != "" {
			out = append(out, t)
		}
	}
	slices.Sort(out)
	return truncate(strings.Join(slices.Compact(out), "; "))
}

// printable turns control characters and broken encoding into spaces.
func printable(r rune) rune {
	if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
		return ' '
	}
	return r
}

func truncate(s string) string {
	r := []rune(s)
	if len(r) <= maxText {
		return s
	}
	return string(r[:maxText-1]) + "…"
}
