// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// TestFlagsAreDocumented compares the flags and their defaults with the table
// of docs/provider.md.
func TestFlagsAreDocumented(t *testing.T) {
	content, err := os.ReadFile("../../docs/provider.md")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `--([a-z-]+)`(?:, `-[a-z]`)? \\| (?:`(.*?)`)? ?\\| .{5,} \\|$").FindAllStringSubmatch(string(content), -1) {
		got[row[1]] = row[2]
	}
	p, err := kong.New(&options{}, kong.Name("provider"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range p.Model.Flags {
		want[f.Name] = f.Default
		if f.IsBool() && f.Default == "" {
			want[f.Name] = "false"
		}
	}
	delete(want, "help")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags of docs/provider.md: -want, +got:\n%s", diff)
	}
}
