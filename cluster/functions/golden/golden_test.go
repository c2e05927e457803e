// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"
	"sigs.k8s.io/yaml"

	fnv1beta1 "github.com/crossplane/function-sdk-go/proto/v1beta1"
)

var update = flag.Bool("update", false, "write the golden files anew")

// compositions is the folder of the compositions, in one folder per style.
const compositions = "../../../examples/compositions"

// variants are the compositions of each style.
var variants = []string{"ipv4", "ipv6", "dual-stack", "with-prefix"}

func TestCompositions(t *testing.T) {
	function := start(t)
	cases := map[string]struct {
		reason   string
		observed bool
		// stateless is a composite whose status was lost.
		stateless bool
		variants  []string
	}{
		"new": {
			reason:    "What is asked for when nothing exists yet. A device that announces its own prefix waits for it.",
			stateless: true, variants: variants,
		},
		"running": {
			reason:   "What is asked for when everything exists, and what the user is told.",
			observed: true, variants: variants,
		},
		"restored": {
			reason:   "Until the next round, a device whose server has lost its status is not told what to announce, but stays.",
			observed: true, stateless: true, variants: []string{"with-prefix"},
		},
	}
	for _, style := range []string{"namespaced", "claim"} {
		for name, tc := range cases {
			for _, variant := range tc.variants {
				t.Run(style+"/"+variant+"/"+name, func(t *testing.T) {
					composition := readOne(t, filepath.Join(compositions, style, variant+".yaml"))
					req := &fnv1beta1.RunFunctionRequest{
						Input:    input(t, composition),
						Observed: &fnv1beta1.State{Composite: &fnv1beta1.Resource{Resource: composite(t, style, !tc.stateless)}},
					}
					if tc.observed {
						req.Observed.Resources = observed(t, style, req.GetInput())
					}
					rsp, err := function.RunFunction(t.Context(), req)
					if err != nil {
						t.Fatalf("%s\nRunFunction: %v", tc.reason, err)
					}
					compare(t, tc.reason, filepath.Join("testdata", style, variant+"."+name+".yaml"), render(t, rsp))
				})
			}
		}
	}
}

// TestUserData shows that a server configures itself in the same way, whichever
// composition makes it.
func TestUserData(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(compositions, "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, file := range files {
		composition := readOne(t, file)
		if composition["kind"] != "Composition" {
			continue
		}
		text := resource(t, input(t, composition), "device").GetFields()["base"].GetStructValue().
			GetFields()["spec"].GetStructValue().GetFields()["forProvider"].GetStructValue().GetFields()["userData"].GetStringValue()
		found[text] = append(found[text], file)
	}
	if len(found) != 1 {
		t.Errorf("want the same user data in all compositions, got %d: %v", len(found), shorten(found))
	}
}

func shorten(found map[string][]string) map[string][]string {
	short := map[string][]string{}
	for text, files := range found {
		short[digest(text)] = files
	}
	return short
}

// compare compares an answer with a file, or writes the file.
func compare(t *testing.T, reason, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s\n%s: -want, +got:\n%s", reason, file, diff)
	}
}

// render returns an answer for people: what the composite shall tell, what
// shall exist, and what the function has to say. The user data, which is the
// same everywhere, is replaced by its digest.
func render(t *testing.T, rsp *fnv1beta1.RunFunctionResponse) string {
	t.Helper()
	out := struct {
		Composite any            `json:"composite,omitempty"`
		Details   map[string]any `json:"connectionDetails,omitempty"`
		Resources map[string]any `json:"resources"`
		Ready     []string       `json:"ready,omitempty"`
		Results   []string       `json:"results,omitempty"`
	}{
		Composite: rsp.GetDesired().GetComposite().GetResource().AsMap()["status"],
		Details:   map[string]any{},
		Resources: map[string]any{},
	}
	for k, v := range rsp.GetDesired().GetComposite().GetConnectionDetails() {
		out.Details[k] = string(v)
	}
	for _, name := range sorted(rsp.GetDesired().GetResources()) {
		r := rsp.GetDesired().GetResources()[name]
		arguments := r.GetResource().GetFields()["spec"].GetStructValue().GetFields()["forProvider"].GetStructValue().GetFields()
		if text, found := arguments["userData"]; found {
			arguments["userData"] = structpb.NewStringValue(digest(text.GetStringValue()))
		}
		out.Resources[name] = r.GetResource().AsMap()
		if r.GetReady() == fnv1beta1.Ready_READY_TRUE {
			out.Ready = append(out.Ready, name)
		}
	}
	for _, r := range rsp.GetResults() {
		out.Results = append(out.Results, r.GetSeverity().String()+": "+r.GetMessage())
	}
	text, err := yaml.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func digest(text string) string {
	return fmt.Sprintf("%d lines, sha256 %.8x", strings.Count(text, "\n"), sha256.Sum256([]byte(text)))
}
