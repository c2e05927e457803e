// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	apiservercel "k8s.io/apiserver/pkg/apis/cel"
)

// A choice is how an object asks for a composition, and which it got.
type choice struct{ variant, composition string }

func TestRules(t *testing.T) {
	const (
		keeps   = "a server keeps its variant; create another server"
		unknown = "there is no such variant; the label "
		unicast = "loopback, link-local and multicast are announced to nobody"
		prefix  = "must be a prefix such as 147.75.40.2/32"
	)
	cases := map[string]struct {
		reason string
		// spec has what is beside the choice. old is what was stored before; without
		// it the object is new.
		spec map[string]any
		now  choice
		old  *choice
		want string
	}{
		"Default":     {reason: "nothing need be chosen"},
		"WithPrefix":  {reason: "each of the variants can be chosen", now: choice{variant: "with-prefix"}},
		"Typo":        {reason: "a variant that does not exist would wait for ever", now: choice{variant: "dual-stak"}, want: unknown},
		"Empty":       {reason: "an empty label is no variant", now: choice{variant: "-"}, want: unknown},
		"Corrected":   {reason: "as long as no composition was chosen the variant can be", now: choice{variant: "ipv4"}, old: &choice{variant: "ipv6"}},
		"Same":        {reason: "what is not changed is accepted", now: choice{"ipv4", "a"}, old: &choice{"ipv4", "a"}},
		"Another":     {reason: "a chosen composition is kept, so the label would say what is not so", now: choice{"ipv6", "a"}, old: &choice{"ipv4", "a"}, want: keeps},
		"Written":     {reason: "to write the default makes no difference", now: choice{"dual-stack", "a"}, old: &choice{"", "a"}},
		"Removed":     {reason: "nor does to leave it out", now: choice{"", "a"}, old: &choice{"dual-stack", "a"}},
		"RemovedIPv4": {reason: "without the label it would be the default", now: choice{"", "a"}, old: &choice{"ipv4", "a"}, want: keeps},
		"Chosen":      {reason: "core writes which composition it has chosen", now: choice{"ipv4", "a"}, old: &choice{variant: "ipv4"}},
		"Moved":       {reason: "who moves a server to another composition writes what it is", now: choice{"ipv6", "b"}, old: &choice{"ipv4", "a"}},
		"Announce":    {reason: "a server can announce what is given", spec: map[string]any{"announce": []any{"147.75.40.2/31", "2604:1380::/64"}}},
		"Both":        {reason: "a server that announces its own prefix would leave out others", now: choice{variant: "with-prefix"}, spec: map[string]any{"announce": []any{"147.75.40.2/32"}}, want: "leave announce out"},
		"Reserved":    {reason: "only one variant reserves addresses", spec: map[string]any{"reservedAddresses": int64(4)}, want: "leave reservedAddresses out"},
		"Reserves":    {reason: "that variant reserves as many as are asked for", now: choice{variant: "with-prefix"}, spec: map[string]any{"reservedAddresses": int64(4)}},
		"NoPrefix":    {reason: "what is no prefix has one remedy", spec: map[string]any{"announce": []any{"147.75.40.2"}}, want: prefix},
		"HostBits":    {reason: "a prefix has no bits beside it", spec: map[string]any{"announce": []any{"147.75.40.3/31"}}, want: prefix},
		"Everything":  {reason: "nobody announces a default route", spec: map[string]any{"announce": []any{"::/0"}}, want: prefix},
		"Zone":        {reason: "a prefix is of no interface", spec: map[string]any{"announce": []any{"2001:db8::%lo/128"}}, want: prefix},
		"Loopback":    {reason: "everybody has loopback addresses", spec: map[string]any{"announce": []any{"127.0.0.0/8"}}, want: unicast},
		"LinkLocal":   {reason: "link-local addresses are of one link, and of the routers", spec: map[string]any{"announce": []any{"169.254.255.1/32"}}, want: unicast},
		"Multicast":   {reason: "multicast is no unicast", spec: map[string]any{"announce": []any{"ff02::/16"}}, want: unicast},
		"Import":      {reason: "who takes over a device says what becomes of it", spec: map[string]any{"deviceId": "d"}, want: "say by onDelete whether"},
		"Imported":    {reason: "having said so, one can", spec: map[string]any{"deviceId": "d", "onDelete": "Orphan"}},
	}
	for _, style := range []string{"namespaced", "claim"} {
		for _, crd := range crds(t, definition(t, style, "")) {
			structural := structuralOf(t, crd)
			validator := cel.NewValidator(structural, true, apiservercel.PerCallLimit)
			for name, tc := range cases {
				t.Run(crd.Spec.Names.Kind+"/"+style+"/"+name, func(t *testing.T) {
					var old any
					if tc.old != nil {
						old = object(style, tc.spec, *tc.old, structural)
					}
					errs, _ := validator.Validate(t.Context(), nil, structural, object(style, tc.spec, tc.now, structural), old, apiservercel.RuntimeCELCostBudget)
					switch err := errs.ToAggregate(); {
					case tc.want == "" && err != nil:
						t.Errorf("%s: want it accepted, got: %v", tc.reason, err)
					case tc.want != "" && (len(errs) != 1 || !strings.Contains(err.Error(), tc.want)):
						t.Errorf("%s: want one error with %q, got: %v", tc.reason, tc.want, err)
					}
				})
			}
		}
	}
}

// object returns an object of a style as the API server stores it.
func object(style string, beside map[string]any, c choice, structural *schema.Structural) map[string]any {
	group := "platform.example.org"
	spec := map[string]any{"project": map[string]any{"name": "servers"}, "metro": "sv"}
	machinery := spec
	if style == "claim" {
		group = "claims." + group
	} else {
		machinery = map[string]any{}
		spec["crossplane"] = machinery
	}
	for field, v := range beside {
		spec[field] = v
	}
	if c.variant != "" {
		machinery["compositionSelector"] = map[string]any{"matchLabels": map[string]any{group + "/variant": strings.Trim(c.variant, "-")}}
	}
	if c.composition != "" {
		machinery["compositionRef"] = map[string]any{"name": c.composition}
	}
	obj := map[string]any{"apiVersion": group + "/v1alpha1", "kind": "BgpServer", "metadata": map[string]any{"name": "a"}, "spec": spec}
	defaulting.Default(obj, structural)
	return obj
}

func structuralOf(t *testing.T, crd *apiextensions.CustomResourceDefinition) *schema.Structural {
	t.Helper()
	s, err := schema.NewStructural(versionSchema(crd))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
