// SPDX-License-Identifier: Apache-2.0

package config

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	ujname "github.com/crossplane/upjet/v2/pkg/types/name"

	"github.com/crossplane-contrib/provider-packet/config/field"
)

func TestKindsAreInOrder(t *testing.T) {
	names := make([]string, 0, len(Kinds()))
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	if len(names) == 0 {
		t.Fatal("there are no kinds")
	}
	if !slices.IsSorted(names) {
		t.Errorf("the kinds are not in the order of their names: %v", names)
	}
	if unique := slices.Compact(slices.Clone(names)); len(unique) != len(names) {
		t.Errorf("a kind is described twice: %v", names)
	}
}

func TestEveryKindIsFullyDescribed(t *testing.T) {
	// What the resources of other tools for this API are called.
	resource := regexp.MustCompile(`^packet_[a-z0-9]+(_[a-z0-9]+)*$`)
	for _, k := range Kinds() {
		t.Run(k.Name, func(t *testing.T) {
			if !resource.MatchString(k.Resource) {
				t.Errorf("the resource %q has no name of that form", k.Resource)
			}
			if want := field.SnakeCase("packet" + k.Name); k.Resource != want {
				t.Errorf("the resource is %q, want %q: moving over is a rename", k.Resource, want)
			}
			checkText(t, k.Name, k.Text)
			checkFields(t, k.Fields, false)
			checkColumns(t, k)
		})
	}
}

// checkColumns wants columns that show what is there, and not what was asked
// for, under names that kubectl and every kind's columns leave free.
func checkColumns(t *testing.T, k field.Kind) {
	t.Helper()
	const reported, conditions = ".status.atProvider.", ".status.conditions["
	seen := []string{"NAMESPACE", "NAME", "SYNCED", "READY", "EXTERNAL-NAME", "AGE"}
	for _, c := range k.Columns {
		checkText(t, "column "+c.Name, c.Text)
		if c.Name != strings.ToUpper(c.Name) || slices.Contains(seen, c.Name) {
			t.Errorf("column %q: want upper case, and a name that no other column has", c.Name)
		}
		seen = append(seen, c.Name)
		name, isReported := strings.CutPrefix(c.Path, reported)
		if !isReported && !strings.HasPrefix(c.Path, conditions) {
			t.Errorf("column %s shows %s: want something of the status", c.Name, c.Path)
		}
		if isReported && !slices.ContainsFunc(k.Fields, func(f field.Field) bool { return f.Name == name && !f.NotReported && !f.ArgumentOnly() }) {
			t.Errorf("column %s shows %s, which is not reported", c.Name, c.Path)
		}
	}
}

func checkFields(t *testing.T, fields []field.Field, computed bool) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range fields {
		checkText(t, f.Name, f.Text)
		if seen[f.Name] {
			t.Errorf("%s is described twice", f.Name)
		}
		seen[f.Name] = true
		// The name in manifests is made by upjet from the snake case name.
		if got := ujname.NewFromSnake(field.SnakeCase(f.Name)).LowerCamelComputed; got != f.Name {
			t.Errorf("%s becomes %s in manifests: want a lower camel case name that comes back the same", f.Name, got)
		}
		if f.Computed && (f.Required || f.Immutable || f.NotReported || f.ArgumentOnly() || f.MaxItems != 0 || f.Max != 0 || len(f.Enum) > 0 || f.Pattern != "" || f.Kind != "") {
			t.Errorf("%s is an output, which no rule for arguments fits", f.Name)
		}
		if computed && !f.Computed {
			t.Errorf("%s is an argument inside an output", f.Name)
		}
		if len(f.Enum) > 0 && f.Type != field.TypeString || f.Pattern != "" && f.Type != field.TypeString && f.Type != field.TypeStringList {
			t.Errorf("%s restricts a string and is none", f.Name)
		}
		if f.Pattern != "" && f.Type == field.TypeStringList && (f.MaxItems == 0 || f.MaxLength == 0) {
			t.Errorf("%s matches each string of a list that is not bounded", f.Name)
		}
		checkFields(t, f.Fields, f.Computed)
	}
}

// checkText wants sentences, as kubectl explain shows them.
func checkText(t *testing.T, what, text string) {
	t.Helper()
	if len(text) < len("A word.") || !strings.HasSuffix(text, ".") || strings.TrimSpace(text) != text || strings.ToUpper(text[:1]) != text[:1] {
		t.Errorf("%s: the text %q is no sentence", what, text)
	}
}

func TestUUIDPattern(t *testing.T) {
	pattern := regexp.MustCompile(uuidPattern)
	for id, want := range map[string]bool{
		"905037a4-967c-4e81-b364-3a0603aa071b":       true,
		"905037A4-967C-4E81-B364-3A0603AA071B":       true,
		"00000000-0000-0000-0000-000000000000":       true,
		"905037a4967c4e81b3643a0603aa071b":           false,
		"905037a4-967c-4e81-b364-3a0603aa071":        false,
		"905037a4-967c-4e81-b364-3a0603aa071bb":      false,
		"g05037a4-967c-4e81-b364-3a0603aa071b":       false,
		"x\n905037a4-967c-4e81-b364-3a0603aa071b\ny": false,
		"edge-1": false,
		"":       false,
	} {
		if got := pattern.MatchString(id); got != want {
			t.Errorf("%q: got %t, want %t", id, got, want)
		}
	}
	if example := strings.TrimPrefix(uuidText, "a UUID, such as "); !pattern.MatchString(example) {
		t.Errorf("the example %q does not match the pattern", example)
	}
}
