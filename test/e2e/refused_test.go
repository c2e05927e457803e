// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestRefused shows that what cannot work is refused before anything is made.
func TestRefused(t *testing.T) {
	t.Parallel()
	const id = "00000000-0000-4000-8000-0000000000a1"
	cases := map[string]struct {
		reason, variant string
		spec            map[string]any
		want            string
	}{
		"NoProject":   {reason: "a server belongs to a project", spec: map[string]any{"project": nil}, want: "spec.project"},
		"TwoProjects": {reason: "a project is named in one way", spec: map[string]any{"project": map[string]any{"id": id, "name": "edge"}}, want: "either the id of the project or the name"},
		"NoUUID":      {reason: "ids are UUIDs", spec: map[string]any{"project": map[string]any{"id": "edge"}}, want: "spec.project.id"},
		"Metro":       {reason: "metros are those that are offered", spec: map[string]any{"metro": "mars"}, want: `"am"`},
		"Size":        {reason: "sizes are those that are offered", spec: map[string]any{"size": "huge"}, want: `"small", "medium", "large"`},
		"Announce":    {reason: "what is announced is a prefix", spec: map[string]any{"announce": []any{"147.75.40.2"}}, want: "must be a prefix such as"},
		"HostBits":    {reason: "a prefix has no bits beside it", spec: map[string]any{"announce": []any{"147.75.40.2/31", "147.75.40.3/31"}}, want: `announce[1]: Invalid value: "147.75.40.3/31": must be a prefix such as`},
		"Everything":  {reason: "nobody announces a default route", spec: map[string]any{"announce": []any{"::/0"}}, want: "no default route"},
		"Twice":       {reason: "a prefix is announced once", spec: map[string]any{"announce": []any{"2604:1380::/64", "2604:1380::/64"}}, want: "Duplicate value"},
		"Import":      {reason: "who takes over a device says what becomes of it", spec: map[string]any{"deviceId": id}, want: "say by onDelete whether"},
		"OnDelete":    {reason: "there are two things that a deletion can do", spec: map[string]any{"onDelete": "Keep"}, want: `"Delete", "Orphan"`},
		"Variant":     {reason: "variants are those that are offered", variant: "dual-stak", want: "there is no such variant"},
		"NotReserved": {reason: "one variant announces what it reserves", variant: "with-prefix", spec: map[string]any{"announce": []any{"147.75.40.2/32"}}, want: "leave announce out"},
		"NoPrefix":    {reason: "the other variants reserve nothing", variant: "ipv4", spec: map[string]any{"reservedAddresses": int64(4)}, want: "leave reservedAddresses out"},
		"Loopback":    {reason: "nobody is told of addresses that are not routed", spec: map[string]any{"announce": []any{"127.0.0.0/8"}}, want: "must be a prefix of unicast addresses"},
		"Hostname":    {reason: "a host name has no blanks", spec: map[string]any{"hostname": "a b"}, want: "spec.hostname"},
	}
	for _, s := range styles() {
		for name, tc := range cases {
			t.Run(s.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				check(t, kube.Create(t.Context(), s.server(t, "refused", id, ""), client.DryRunAll))
				server := s.server(t, "refused", id, tc.variant)
				for field, v := range tc.spec {
					check(t, unstructured.SetNestedField(server.Object, v, "spec", field))
				}
				err := kube.Create(t.Context(), server, client.DryRunAll)
				if !kerrors.IsInvalid(err) || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("%s: want an error with %q, got: %v", tc.reason, tc.want, err)
				}
			})
		}
	}
}

// choice is the patch by which a server chooses a variant.
func (s style) choice(t *testing.T, variant string) string {
	t.Helper()
	obj := map[string]any{}
	check(t, unstructured.SetNestedField(obj, variant, append(s.selector[:len(s.selector):len(s.selector)], "matchLabels", s.group+"/variant")...))
	text, err := json.Marshal(obj)
	check(t, err)
	return string(text)
}

// TestImmutable shows that what a device cannot change is refused where the
// user changes it.
func TestImmutable(t *testing.T) {
	t.Parallel()
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			project := newProject(t)
			server := s.server(t, "immutable", project, "")
			create(t, server)
			await(t, "the server has a composition", func(ctx context.Context) error {
				err := kube.Get(ctx, client.ObjectKeyFromObject(server), server)
				if err == nil && value(server, append(s.selector[:len(s.selector)-1:len(s.selector)-1], "compositionRef", "name")...) == "" {
					return errors.New("none was chosen yet")
				}
				return err
			})
			change(t, server, s.choice(t, "dual-stack")) // Which it is without a choice.
			for _, patch := range []string{
				s.choice(t, "ipv4"),
				`{"spec":{"metro":"ny"}}`, `{"spec":{"size":"large"}}`, `{"spec":{"reservedAddresses":8}}`,
				`{"spec":{"project":{"id":"00000000-0000-4000-8000-0000000000a1"}}}`, `{"spec":{"deviceId":"00000000-0000-4000-8000-0000000000a1","onDelete":"Orphan"}}`,
			} {
				err := kube.Patch(t.Context(), server.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(patch)))
				if !kerrors.IsInvalid(err) || !strings.Contains(err.Error(), "create another server") {
					t.Errorf("%s: want it refused with a remedy, got: %v", patch, err)
				}
			}
			end(t, project, server)
		})
	}
}
