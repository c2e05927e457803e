// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

func TestResolveReferences(t *testing.T) {
	const project, key = "60000000-0000-4000-8000-000000000001", "70000000-0000-4000-8000-000000000001"
	ids := map[string]string{"edge": project, "ann": key, "unborn": ""}
	device := func(projectRef string, keyRefs ...string) *namespacedv1alpha1.Device {
		d := &namespacedv1alpha1.Device{}
		d.SetName("web")
		d.SetNamespace("team")
		d.Spec.ForProvider.ProjectIDRef = &xpv1.NamespacedReference{Name: projectRef}
		for _, r := range keyRefs {
			d.Spec.ForProvider.ProjectSSHKeyIdsRefs = append(d.Spec.ForProvider.ProjectSSHKeyIdsRefs, xpv1.NamespacedReference{Name: r})
		}
		return d
	}
	optional := func(d *namespacedv1alpha1.Device) *namespacedv1alpha1.Device {
		policy := &xpv1.Policy{Resolution: ptr.To(xpv1.ResolutionPolicyOptional), Resolve: ptr.To(xpv1.ResolvePolicyAlways)}
		d.Spec.ForProvider.ProjectIDRef.Policy = policy
		for i := range d.Spec.ForProvider.ProjectSSHKeyIdsRefs {
			d.Spec.ForProvider.ProjectSSHKeyIdsRefs[i].Policy = policy
		}
		d.Spec.ForProvider.IPAddresses = []namespacedv1alpha1.IPAddressesParameters{{
			ReservationIdsRefs: []xpv1.NamespacedReference{{Name: "gone", Policy: policy}},
		}}
		return d
	}
	cases := map[string]struct {
		reason   string
		mg       resource.Managed
		resolved string
		patchErr error
		want     string
		wantErr  string
	}{
		"Resolved": {
			reason: "what is resolved is patched, and nothing else",
			mg:     device("edge", "ann"),
			want:   `{"metadata":{"resourceVersion":"7"},"spec":{"forProvider":{"projectId":"` + project + `","projectSshKeyIds":["` + key + `"]}}}`,
		},
		"Again": {
			reason: "what is resolved already writes nothing", mg: device("edge"), resolved: project,
		},
		"Missing": {
			reason: "a resource that is not there is named", mg: device("gone"),
			wantErr: `a resource that is referred to is not there or has no id yet: mg.Spec.ForProvider.ProjectID: cannot get referenced resource:  "gone" not found`,
		},
		"Unborn": {
			reason: "a resource without an id is waited for", mg: device("unborn"),
			wantErr: "a resource that is referred to is not there or has no id yet: mg.Spec.ForProvider.ProjectID: referenced field was empty (referenced resource may not yet be ready)",
		},
		"Optional": {
			reason: "a reference that may stay unresolved stays written, though its resource is not there", mg: optional(device("gone")),
		},
		"OptionalLost": {
			reason: "what it stood for before is not kept in its place", mg: optional(device("gone")), resolved: project,
			want: `{"metadata":{"resourceVersion":"7"},"spec":{"forProvider":{"projectId":null}}}`,
		},
		"OptionalInLists": {
			reason: "nor are references in lists taken out of the manifest", mg: optional(device("edge", "gone")),
			want: `{"metadata":{"resourceVersion":"7"},"spec":{"forProvider":{"projectId":"` + project + `"}}}`,
		},
		"OtherNamespace": {
			reason: "what is in another namespace is nobody's to refer to",
			mg: func() resource.Managed {
				d := device("edge", "ann")
				d.Spec.ForProvider.ProjectSSHKeyIdsRefs[0].Namespace = "other"
				return d
			}(),
			wantErr: `spec.forProvider.projectSshKeyIdsRefs names the namespace "other"; a resource refers to what is in its own namespace only: leave the namespace out`,
		},
		"PatchFails": {
			reason: "a failure to record is reported", mg: device("edge"), patchErr: errBoom,
			want:    `{"metadata":{"resourceVersion":"7"},"spec":{"forProvider":{"projectId":"` + project + `"}}}`,
			wantErr: "cannot record what the references stand for: boom",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var patched string
			c := &test.MockClient{
				MockGet: func(_ context.Context, name client.ObjectKey, obj client.Object) error {
					id, there := ids[name.Name]
					if !there || name.Namespace != "team" {
						return kerrors.NewNotFound(schema.GroupResource{}, name.Name)
					}
					obj.SetName(name.Name)
					if id != "" {
						meta.SetExternalName(obj, id)
						meta.SetExternalCreateSucceeded(obj, time.Now())
					}
					return nil
				},
				MockPatch: func(_ context.Context, obj client.Object, p client.Patch, _ ...client.PatchOption) error {
					raw, err := p.Data(obj)
					patched = string(raw)
					if err != nil {
						return err
					}
					return tc.patchErr
				},
			}
			tc.mg.SetResourceVersion("7")
			if d, ok := tc.mg.(*namespacedv1alpha1.Device); ok && tc.resolved != "" {
				d.Spec.ForProvider.ProjectID = &tc.resolved
			}
			err := (&References{Client: c}).ResolveReferences(t.Context(), tc.mg)
			if diff := cmp.Diff(tc.wantErr, textOf(err)); diff != "" {
				t.Errorf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.want, patched); diff != "" {
				t.Errorf("%s: patch: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
	if err := (&References{}).ResolveReferences(t.Context(), &namespacedv1alpha1.Project{}); err != nil {
		t.Errorf("a kind that refers to nothing has nothing to resolve: %v", err)
	}
}
