// SPDX-License-Identifier: Apache-2.0

package config

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// What the descriptions are written with stays out of the provider.
func TestProviderLinksNothingOfTheGenerator(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "./cmd/provider")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("cannot list the packages of the provider: %v", err)
	}
	if !strings.Contains(string(out), ModulePath+"/internal/controller\n") {
		t.Fatalf("the list lacks the provider's own packages:\n%s", out)
	}
	foreign := regexp.MustCompile(`(?m)^.*(hashicorp|upjet|` + regexp.QuoteMeta(ModulePath) + `/(config|cmd/generator)).*$`)
	if found := foreign.FindAllString(string(out), -1); found != nil {
		t.Errorf("the provider links %s", strings.Join(found, ", "))
	}
}

// A replaced module is one that users of this module do not get.
func TestNothingIsReplaced(t *testing.T) {
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := modfile.Parse("go.mod", data, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range mod.Replace {
		t.Errorf("%s is replaced by %s", r.Old.Path, r.New.Path)
	}
}
