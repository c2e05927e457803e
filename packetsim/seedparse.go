// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// ParseSeed reads a seed from YAML or JSON. Names of fields are exact; unknown
// ones are errors, as are a second document and none.
func ParseSeed(b []byte) (*Seed, error) {
	doc, err := onlyDocument(b)
	if err != nil {
		return nil, fmt.Errorf("cannot parse seed: %w", err)
	}
	s := &Seed{}
	unknown, err := kjson.UnmarshalStrict(doc, s)
	if err != nil {
		return nil, fmt.Errorf("cannot parse seed: %w", mistyped(err))
	}
	errs := make([]error, 0, len(unknown))
	for _, err := range unknown {
		errs = append(errs, unknownField(err))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("cannot parse seed: %w", err)
	}
	return s, nil
}

// LoadSeed reads a seed from a file, or returns the demo seed for "demo".
func LoadSeed(name string) (*Seed, error) {
	if name == "demo" {
		return DemoSeed(), nil
	}
	b, err := os.ReadFile(name) //nolint:gosec // The operator names the file.
	if err != nil {
		return nil, fmt.Errorf("cannot read seed: %w", err)
	}
	s, err := ParseSeed(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.from = name
	return s, nil
}

// onlyDocument returns the one document of a YAML stream as JSON.
func onlyDocument(b []byte) ([]byte, error) {
	r := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(b)))
	var only []byte
	for {
		doc, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		doc, err = yaml.YAMLToJSONStrict(doc)
		switch {
		case err != nil:
			return nil, err
		case string(doc) == "null":
		case only != nil:
			return nil, errors.New("there is more than one YAML document; put everything into one")
		default:
			only = doc
		}
	}
	if only == nil {
		return nil, errors.New("it is empty; begin with projects: or tokens:, or leave the seed out")
	}
	return only, nil
}

// unknownField says what is allowed instead of an unknown field.
func unknownField(err error) error {
	found, ok := err.(kjson.FieldError) //nolint:errorlint // The library returns it as it is.
	if !ok || !strings.HasPrefix(err.Error(), "unknown field") {
		return err
	}
	steps := strings.Split(found.FieldPath(), ".")
	t := reflect.TypeFor[Seed]()
	for _, step := range steps[:len(steps)-1] {
		name, _, _ := strings.Cut(step, "[")
		for f := range slices.Values(reflect.VisibleFields(t)) {
			if f.IsExported() && jsonName(f) == name {
				t = f.Type
				break
			}
		}
		for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			// A name with a dot of its own looks like a path.
			return fmt.Errorf("unknown field %s", found.FieldPath())
		}
	}
	var names []string
	for f := range slices.Values(reflect.VisibleFields(t)) {
		if f.IsExported() {
			names = append(names, jsonName(f))
		}
	}
	return fmt.Errorf("unknown field %s; the fields there are %s", found.FieldPath(), strings.Join(names, ", "))
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// mistyped says which field has a value of the wrong type, and the right one.
func mistyped(err error) error {
	typed := new(json.UnmarshalTypeError)
	if !errors.As(err, &typed) {
		return err
	}
	want := map[reflect.Kind]string{
		reflect.String: "a string; put it in quotes", reflect.Bool: "true or false", reflect.Int64: "a whole number", reflect.Slice: "a list",
	}[typed.Type.Kind()]
	if want == "" {
		want = "an object with fields"
	}
	if typed.Field == "" {
		return fmt.Errorf("it is a %s and must be %s", typed.Value, want)
	}
	return fmt.Errorf("%s is a %s and must be %s", typed.Field, typed.Value, want)
}
