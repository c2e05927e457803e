// SPDX-License-Identifier: Apache-2.0

package external

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource/fake"
)

func TestPoliciesOf(t *testing.T) {
	legacy := func(p xpv1.DeletionPolicy, actions ...xpv1.ManagementAction) resource.Managed {
		return &fake.LegacyManaged{Manageable: fake.Manageable{Policy: actions}, Orphanable: fake.Orphanable{Policy: p}}
	}
	modern := func(actions ...xpv1.ManagementAction) resource.Managed {
		return &fake.ModernManaged{Manageable: fake.Manageable{Policy: actions}}
	}
	cases := map[string]struct {
		reason string
		mg     resource.Managed
		want   policies
		writes bool
	}{
		"All": {
			reason: "the wildcard allows everything",
			mg:     modern(xpv1.ManagementActionAll),
			want:   policies{create: true, update: true, delete: true},
			writes: true,
		},
		"ObserveOnly": {
			reason: "observing alone allows no writes",
			mg:     modern(xpv1.ManagementActionObserve),
		},
		"Paused": {
			reason: "an empty list allows nothing",
			mg:     modern(),
		},
		"Some": {
			reason: "each action is read by itself",
			mg:     modern(xpv1.ManagementActionObserve, xpv1.ManagementActionUpdate),
			want:   policies{update: true},
			writes: true,
		},
		"LegacyDelete": {
			reason: "a deletion policy of Delete takes nothing away",
			mg:     legacy(xpv1.DeletionDelete, xpv1.ManagementActionAll),
			want:   policies{create: true, update: true, delete: true},
			writes: true,
		},
		"LegacyOrphan": {
			reason: "a deletion policy of Orphan keeps the object under the wildcard",
			mg:     legacy(xpv1.DeletionOrphan, xpv1.ManagementActionAll),
			want:   policies{create: true, update: true},
			writes: true,
		},
		"LegacyOrphanTrap": {
			reason: "a deletion policy of Orphan keeps the object also where Delete is written out",
			mg: legacy(xpv1.DeletionOrphan, xpv1.ManagementActionObserve, xpv1.ManagementActionCreate,
				xpv1.ManagementActionUpdate, xpv1.ManagementActionDelete),
			want:   policies{create: true, update: true},
			writes: true,
		},
		"LegacyNoDelete": {
			reason: "a deletion policy of Delete does not add what the management policies leave out",
			mg:     legacy(xpv1.DeletionDelete, xpv1.ManagementActionObserve, xpv1.ManagementActionCreate),
			want:   policies{create: true},
			writes: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := policiesOf(tc.mg)
			if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(policies{})); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
			if got.writes() != tc.writes {
				t.Errorf("%s: writes is %t, want %t", tc.reason, got.writes(), tc.writes)
			}
		})
	}
}
