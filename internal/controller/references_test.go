// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/logging"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

func TestByReference(t *testing.T) {
	name := func(name string) map[string]any { return map[string]any{"name": name} }
	cases := map[string]struct {
		reason string
		spec   map[string]any
		want   []string
	}{
		"None": {reason: "a resource that refers to nothing is not indexed", spec: map[string]any{"forProvider": map[string]any{"plan": "c3.small.x86"}}},
		"References": {
			reason: "references in either place count, in lists and in elements too",
			spec: map[string]any{
				"forProvider": map[string]any{
					"projectIdRef":         name("edge"),
					"projectSshKeyIdsRefs": []any{name("ann"), name("bob")},
					"ipAddresses":          []any{map[string]any{"type": "public_ipv4", "reservationIdsRefs": []any{name("block")}}},
				},
				"initProvider": map[string]any{"projectIdRef": name("first")},
			},
			want: []string{"ann", "block", "bob", "edge", "first"},
		},
		"Selector": {
			reason: "a selector may find anything", want: []string{selected},
			spec: map[string]any{"forProvider": map[string]any{"projectIdSelector": map[string]any{"matchLabels": map[string]any{"a": "b"}}}},
		},
		"Keys": {
			reason: "keys of Secrets and ConfigMaps are no resources of ours",
			spec:   map[string]any{"forProvider": map[string]any{"userDataSecretRef": map[string]any{"name": "s", "key": "k"}, "userDataConfigMapRef": map[string]any{"name": "c", "key": "k"}}},
		},
	}
	for reasonName, tc := range cases {
		t.Run(reasonName, func(t *testing.T) {
			d := &namespacedv1alpha1.Device{}
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{"spec": tc.spec}, d); err != nil {
				t.Fatal(err)
			}
			got := byReference(d)
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got, cmp.Transformer("list", func(l []string) []string { return append([]string{}, l...) })); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReferrers(t *testing.T) {
	byName := map[string][]string{"edge": {"ipv4", "ipv6"}, selected: {"picky"}}
	reader := &test.MockClient{MockList: func(_ context.Context, l client.ObjectList, opts ...client.ListOption) error {
		o := client.ListOptions{}
		o.ApplyOptions(opts)
		if o.Namespace != "team" {
			t.Errorf("listed in namespace %q", o.Namespace)
		}
		value, _ := o.FieldSelector.RequiresExactMatch(referenceIndex)
		list, ok := l.(*namespacedv1alpha1.BgpSessionList)
		if !ok {
			t.Fatalf("listed %T", l)
		}
		for _, name := range byName[value] {
			s := namespacedv1alpha1.BgpSession{}
			s.SetNamespace("team")
			s.SetName(name)
			list.Items = append(list.Items, s)
		}
		return nil
	}}
	w := &waker{reader: reader, resources: &namespacedv1alpha1.BgpSessionList{}, log: logging.NewNopLogger()}
	d := &namespacedv1alpha1.Device{}
	d.SetNamespace("team")
	d.SetName("edge")
	var got []string
	for _, r := range w.referrers(t.Context(), d) {
		got = append(got, r.String())
	}
	if diff := cmp.Diff([]string{"team/ipv4", "team/ipv6", "team/picky"}, got); diff != "" {
		t.Errorf("who refers to the device by name or selector is woken: -want +got:\n%s", diff)
	}
}

func TestUsable(t *testing.T) {
	device := func(id string, ready bool) *namespacedv1alpha1.Device {
		d := &namespacedv1alpha1.Device{}
		if id != "" {
			meta.SetExternalName(d, id)
			d.Status.AtProvider.ID = &id
		}
		if ready {
			d.SetConditions(xpv1.Available())
		}
		return d
	}
	imported := device("id", false)
	imported.Status.AtProvider.ID = nil
	cases := map[string]struct {
		reason      string
		before, now client.Object
		want        bool
	}{
		"Given":   {reason: "an id that somebody wrote is none before it was seen to be right", before: device("", false), now: imported},
		"Seen":    {reason: "then it is news, ready or not", before: imported, now: device("id", false), want: true},
		"Named":   {reason: "an id is what others wait for", before: device("", false), now: device("id", false), want: true},
		"Ready":   {reason: "so is readiness", before: device("id", false), now: device("id", true), want: true},
		"Renamed": {reason: "another id is news", before: device("id", true), now: device("other", true), want: true},
		"Same":    {reason: "what is as before wakes nobody", before: device("id", true), now: device("id", true)},
		"Lost":    {reason: "what is worse than before wakes nobody", before: device("id", true), now: device("", false)},
	}
	p := usable()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := p.Update(event.UpdateEvent{ObjectOld: tc.before, ObjectNew: tc.now}); got != tc.want {
				t.Errorf("%s: got %t", tc.reason, got)
			}
		})
	}
	for _, tc := range []struct {
		reason string
		e      event.CreateEvent
		want   bool
	}{
		{"what comes with an id is news", event.CreateEvent{Object: device("id", false)}, true},
		{"what was not seen yet is not", event.CreateEvent{Object: imported}, false},
		{"what has none yet is not", event.CreateEvent{Object: device("", false)}, false},
		{"what was there at the start is none", event.CreateEvent{Object: device("id", true), IsInInitialList: true}, false},
	} {
		if got := p.Create(tc.e); got != tc.want {
			t.Errorf("%s: got %t", tc.reason, got)
		}
	}
	if p.Delete(event.DeleteEvent{Object: device("id", true)}) || p.Generic(event.GenericEvent{Object: device("id", true)}) {
		t.Error("a deletion wakes those who refer to it")
	}
}
