// SPDX-License-Identifier: Apache-2.0

package config

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	ujconfig "github.com/crossplane/upjet/v2/pkg/config"

	"github.com/crossplane-contrib/provider-packet/config/field"
)

func TestBothGroupsComeFromOneDescription(t *testing.T) {
	// What a kind is to upjet, as far as the API depends on it.
	type kind struct {
		Group, Kind, Version, Text string
		Fields                     []string
		References                 ujconfig.References
	}
	kinds := func(group string) map[string]kind {
		pc := Provider(group, Kinds())
		if pc.RootGroup != group || pc.ShortName != ShortName || pc.ModulePath != ModulePath {
			t.Errorf("got the group %s, the name %s and the module %s", pc.RootGroup, pc.ShortName, pc.ModulePath)
		}
		found := map[string]kind{}
		for name, r := range pc.Resources {
			found[name] = kind{
				Group: r.ShortGroup, Kind: r.Kind, Version: r.Version,
				Text:       r.MetaResource.Description,
				Fields:     slices.Sorted(maps.Keys(r.TerraformResource.Schema)),
				References: r.References,
			}
		}
		return found
	}

	cluster, namespaced := kinds(ClusterGroup), kinds(NamespacedGroup)
	if diff := cmp.Diff(cluster, namespaced); diff != "" {
		t.Errorf("cluster-scoped (-) and namespaced (+) kinds differ:\n%s", diff)
	}
	for _, k := range Kinds() {
		got, ok := namespaced[k.Resource]
		if !ok {
			t.Errorf("%s is missing", k.Name)
			continue
		}
		if got.Group != "" || got.Kind != k.Name || got.Version != Version || got.Text != k.Text {
			t.Errorf("%s became %+v", k.Name, got)
		}
		for _, f := range k.Fields {
			if !slices.Contains(got.Fields, field.SnakeCase(f.Name)) {
				t.Errorf("%s lacks %s", k.Name, f.Name)
			}
		}
	}
	if len(namespaced) != len(Kinds()) {
		t.Errorf("there are %d kinds, want %d", len(namespaced), len(Kinds()))
	}
}

func TestReferences(t *testing.T) {
	device := field.Kind{
		Name: "Device", Resource: "packet_device", Text: "A device.",
		Fields: []field.Field{
			field.Object("ports", "Ports.", field.String("name", "Name.")),
			field.String("projectId", "Project.").RefersTo("Project"),
		},
	}
	session := field.Kind{
		Name: "Session", Resource: "packet_session", Text: "A session.",
		Fields: []field.Field{field.String("deviceId", "Device.").RefersTo("Device")},
	}
	got := Provider(NamespacedGroup, []field.Kind{device, session})

	want := map[string]ujconfig.References{
		// upjet finds the type by the resource that it belongs to.
		"packet_session": {"device_id": {TerraformName: "packet_device"}},
		// A kind that does not exist yet has no type to name.
		"packet_device": {"project_id": {}},
	}
	for name, references := range want {
		if diff := cmp.Diff(references, got.Resources[name].References); diff != "" {
			t.Errorf("references of %s: -want, +got:\n%s", name, diff)
		}
	}
	if got.Resources["packet_device"].CRDListConversionPaths() == nil {
		t.Error("a single nested object stays a list in manifests")
	}
}

func TestMalformedDescriptionsPanic(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a field of an unknown type is taken")
		}
	}()
	Provider(ClusterGroup, []field.Kind{{Name: "Odd", Resource: "packet_odd", Fields: []field.Field{{Name: "odd", Type: -1}}}})
}
