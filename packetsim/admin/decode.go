// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

// maxBody is how large the body of a request may be, in bytes.
const maxBody = 1 << 20

// decode reads the JSON object in the body of a request into a struct, and
// refuses what the struct has no field for.
func decode(r *http.Request, into any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return &failure{http.StatusUnsupportedMediaType, []string{"the body must be JSON; send the header Content-Type: application/json, as curl --json does"}}
	}
	b, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if err != nil {
		return bad(fmt.Sprintf("the body cannot be read; send at most %d bytes", maxBody))
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(b, &given); err != nil {
		return bad("the body is no JSON object: " + err.Error())
	}
	if given == nil {
		return bad("the body is null and must be a JSON object")
	}
	allowed := fieldsOf(reflect.TypeOf(into).Elem())
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(allowed, name) {
			wrong = append(wrong, fmt.Sprintf("unknown field %q; the fields are %s", name, strings.Join(allowed, ", ")))
		}
	}
	if len(wrong) > 0 {
		return bad(wrong...)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return bad(mistyped(err, allowed))
	}
	return nil
}

// fieldsOf returns the JSON names of a struct's fields, sorted.
func fieldsOf(t reflect.Type) []string {
	var names []string
	for f := range slices.Values(reflect.VisibleFields(t)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// mistyped says which field has a value of the wrong type, and the right one.
func mistyped(err error, fields []string) string {
	typed := new(json.UnmarshalTypeError)
	if !errors.As(err, &typed) {
		return err.Error()
	}
	name := typed.Field
	for part := range strings.SplitSeq(typed.Field, ".") {
		if slices.Contains(fields, part) {
			name = part
			break
		}
	}
	return fmt.Sprintf("%s has a %s and must have %s", name, typed.Value, nameOf(typed.Type.Kind()))
}

func nameOf(k reflect.Kind) string {
	switch k {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}
