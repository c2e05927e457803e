// SPDX-License-Identifier: Apache-2.0

package api

import (
	"strings"
	"testing"
)

// enough is the number of different faults below which something must have
// gone missing from testdata.
const enough = 190

func TestRefused(t *testing.T) {
	corpus := manifests(t, "refused")
	if len(corpus) < enough {
		t.Fatalf("testdata/refused has %d manifests, want %d or more", len(corpus), enough)
	}
	t.Logf("testdata/refused has %d manifests", len(corpus))
	for name, m := range corpus {
		if m.Message == "" {
			t.Errorf("%s does not say what the API server shall answer", name)
			continue
		}
		for scope, m := range m.scopes() {
			t.Run(name+"/"+scope, func(t *testing.T) {
				got := m.apply(t.Context(), t)
				switch {
				case got.First != nil:
					t.Errorf("the object to change is refused: %v", got.First)
				case got.Last == nil:
					t.Errorf("it is accepted, want an answer with %q", m.Message)
				case !strings.Contains(got.Last.Error(), m.Message):
					t.Errorf("got the answer %q\nwant one with %q", got.Last, m.Message)
				default:
					t.Logf("%v", got.Last)
				}
			})
		}
	}
}
