// SPDX-License-Identifier: Apache-2.0

package external

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// An object vanished and another was made in its place, of which lists do not
// tell yet. Meanwhile somebody who keeps the manifest in a repository writes the
// old name again.
func TestNameWrittenAgain(t *testing.T) {
	cases := map[string]struct {
		reason   string
		all      []lot
		changes  []func(resource.Managed)
		exists   bool
		wantName string
		calls    []string
	}{
		"Living": {
			reason: "what was made is known, and no third one is made", all: []lot{{ID: objectID, Project: firstProject, Owner: "me"}},
			exists: true, wantName: objectID, calls: []string{"Get in " + firstProject, "Get in " + firstProject},
		},
		"Deleted": {
			reason: "what was made goes with its resource", all: []lot{{ID: objectID, Project: firstProject, Owner: "me"}},
			changes: []func(resource.Managed){deleted},
			exists:  true, wantName: otherID, calls: []string{"Get in " + firstProject, "Get in " + firstProject},
		},
		"Stranger": {
			reason: "the annotation alone proves nothing", all: []lot{{ID: objectID, Project: firstProject, Owner: "somebody"}},
			wantName: otherID, calls: []string{"Get in " + firstProject, "Get in " + firstProject, "Find in " + firstProject, "Prepare in " + firstProject},
		},
		"Gone": {
			reason:   "what was made and vanished as well is made anew where that is asked for",
			wantName: otherID, calls: []string{"Get in " + firstProject, "Get in " + firstProject, "Find in " + firstProject, "Prepare in " + firstProject},
		},
	}
	for name, tc := range cases {
		for scope, empty := range lotScopes {
			t.Run(name+scope, func(t *testing.T) {
				l := &lots{all: tc.all, lagging: true}
				again := func(mg resource.Managed) {
					meta.AddAnnotations(mg, map[string]string{AnnotationRecreate: "true", AnnotationCreated: endpoint + " " + objectID})
				}
				mg := session(t, empty, inProject(firstProject), append([]func(resource.Managed){named(otherID), lotAt(t, endpoint, otherID, firstProject), again}, tc.changes...)...)
				_, o, err := observeLot(t, mg, l, "", &recorder{})
				if err != nil {
					t.Fatalf("%s: %v", tc.reason, err)
				}
				if o.ResourceExists != tc.exists {
					t.Errorf("%s: it exists: %t, want %t", tc.reason, o.ResourceExists, tc.exists)
				}
				if diff := cmp.Diff(tc.calls, l.calls); diff != "" {
					t.Errorf("%s: calls: -want +got:\n%s", tc.reason, diff)
				}
				if diff := cmp.Diff(tc.wantName, meta.GetExternalName(mg)); diff != "" {
					t.Errorf("%s: external name: -want +got:\n%s", tc.reason, diff)
				}
			})
		}
	}
}

// TestCreateRecordsID has a creation record what it made.
func TestCreateRecordsID(t *testing.T) {
	for scope, empty := range lotScopes {
		l := &lots{}
		mg := session(t, empty, inProject(firstProject))
		e, _, err := observeLot(t, mg, l, "", &recorder{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Create(t.Context(), mg); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(objectID, created(mg, endpoint)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", scope, diff)
		}
		if id := created(mg, elsewhere); id != "" {
			t.Errorf("%s: at another endpoint got %s", scope, id)
		}
	}
}
