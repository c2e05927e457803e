// SPDX-License-Identifier: Apache-2.0

package config

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"

	ujconfig "github.com/crossplane/upjet/v2/pkg/config"

	"github.com/crossplane-contrib/provider-packet/config/field"
)

// Where the API lives.
const (
	// ModulePath is the Go module.
	ModulePath = "github.com/crossplane-contrib/provider-packet"
	// Version of the API of the managed resources.
	Version = "v1alpha1"
	// ClusterGroup is the API group of the cluster-scoped kinds.
	ClusterGroup = "packet.crossplane.io"
	// NamespacedGroup is the API group of the namespaced kinds.
	NamespacedGroup = "packet.m.crossplane.io"
	// ShortName is the category under which kubectl get lists all kinds.
	ShortName = "packet"
)

// Provider returns upjet's configuration of the given kinds in one API group.
// It panics on a malformed description, as upjet does: descriptions are
// constants of the program.
func Provider(group string, kinds []field.Kind) *ujconfig.Provider {
	scope := field.Cluster
	if group == NamespacedGroup {
		scope = field.Namespaced
	}
	resources := map[string]*schema.Resource{}
	include := make([]string, 0, len(kinds))
	for _, k := range kinds {
		resources[k.Resource] = k.Schema(scope)
		include = append(include, "^"+k.Resource+"$")
	}
	pc := ujconfig.NewProvider(stub(kinds), ShortName, ModulePath, metadata(kinds),
		ujconfig.WithRootGroup(group),
		ujconfig.WithShortName(ShortName),
		ujconfig.WithIncludeList(nil),
		ujconfig.WithTerraformPluginSDKIncludeList(include),
		ujconfig.WithTerraformProvider(&schema.Provider{ResourcesMap: resources}),
		ujconfig.WithBasePackages(ujconfig.BasePackages{APIVersion: []string{"v1beta1"}}),
	)
	for _, k := range kinds {
		pc.AddResourceConfigurator(k.Resource, func(r *ujconfig.Resource) { configure(r, k, kinds) })
	}
	pc.ConfigureResources()
	return pc
}

func configure(r *ujconfig.Resource, k field.Kind, kinds []field.Kind) {
	r.ShortGroup, r.Kind, r.Version = "", k.Name, Version
	r.ExternalName = ujconfig.IdentifierFromProvider
	describe(r, "", k.Fields, kinds)
}

// describe tells upjet of the objects and references among the fields below a
// path.
func describe(r *ujconfig.Resource, path string, fields []field.Field, kinds []field.Kind) {
	for _, f := range fields {
		name := path + field.SnakeCase(f.Name)
		if f.Single() {
			r.AddSingletonListConversion(name, f.Name)
		}
		describe(r, name+".", f.Fields, kinds)
		if f.Kind == "" {
			continue
		}
		// Without a type, upjet declares the reference and the selector and
		// angryjet writes no resolver: there are no types to resolve to.
		reference := ujconfig.Reference{}
		if i := slices.IndexFunc(kinds, func(k field.Kind) bool { return k.Name == f.Kind }); i >= 0 {
			reference.TerraformName = kinds[i].Resource
		}
		r.References[name] = reference
	}
}

// stub returns the JSON schema document from which upjet takes the names of
// the resources. Their fields come from the Go schema.
func stub(kinds []field.Kind) []byte {
	block := map[string]any{"block": map[string]any{"attributes": map[string]any{"id": map[string]any{"type": "string", "computed": true}}}}
	resources := map[string]any{}
	for _, k := range kinds {
		resources[k.Resource] = block
	}
	doc, err := json.Marshal(map[string]any{
		"format_version":   "1.0",
		"provider_schemas": map[string]any{ShortName: map[string]any{"resource_schemas": resources}},
	})
	if err != nil {
		panic(fmt.Sprintf("cannot write the schema document: %v", err))
	}
	return doc
}

// metadata returns the document from which upjet takes the text of the kinds.
func metadata(kinds []field.Kind) []byte {
	resources := map[string]any{}
	for _, k := range kinds {
		resources[k.Resource] = map[string]any{"name": k.Resource, "description": k.Text}
	}
	doc, err := json.Marshal(map[string]any{"name": ShortName, "resources": resources})
	if err != nil {
		panic(fmt.Sprintf("cannot write the metadata document: %v", err))
	}
	return doc
}
