// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/provider-packet/config/field"
)

// finishCRDs gives each CustomResourceDefinition of a kind in dir the rules,
// texts and columns of the kind's description.
func finishCRDs(dir string, kinds []field.Kind) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return err
	}
	finished := 0
	for _, file := range files {
		crd := &extv1.CustomResourceDefinition{}
		data, err := os.ReadFile(file) //nolint:gosec // A file of the source tree.
		if err != nil {
			return fmt.Errorf("cannot read a CRD: %w", err)
		}
		if err := yaml.UnmarshalStrict(data, crd); err != nil {
			return fmt.Errorf("cannot read the CRD in %s: %w", file, err)
		}
		i := slices.IndexFunc(kinds, func(k field.Kind) bool { return k.Name == crd.Spec.Names.Kind })
		if i < 0 {
			continue
		}
		if err := finish(crd, kinds[i]); err != nil {
			return fmt.Errorf("cannot finish the CRD in %s: %w", file, err)
		}
		if err := write(file, crd); err != nil {
			return err
		}
		finished++
	}
	// A generator that does not fit the others makes nothing and says nothing.
	if want := 2 * len(kinds); finished != want {
		return fmt.Errorf("%d CRDs of managed resources were generated, want %d: one per kind and scope", finished, want)
	}
	return nil
}

func write(file string, crd *extv1.CustomResourceDefinition) error {
	raw, err := json.Marshal(crd)
	if err != nil {
		return fmt.Errorf("cannot write a CRD: %w", err)
	}
	doc := map[string]any{}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return fmt.Errorf("cannot write a CRD: %w", err)
	}
	// An API server's part, which the typed object cannot leave out.
	delete(doc, "status")
	out, err := yaml.Marshal(doc)
	if err != nil {
		return fmt.Errorf("cannot write a CRD: %w", err)
	}
	return os.WriteFile(file, append([]byte("---\n"), out...), 0o644) //nolint:gosec // A file of the source tree.
}

// finish gives the CRD what the description of its kind says.
func finish(crd *extv1.CustomResourceDefinition, k field.Kind) error {
	if n := len(crd.Spec.Versions); n != 1 {
		return fmt.Errorf("it has %d versions, want 1", n)
	}
	if crd.Spec.Scope == extv1.NamespaceScoped {
		crd.Spec.Names.ShortNames = k.ShortNames
	}
	scope := field.Cluster
	if crd.Spec.Scope == extv1.NamespaceScoped {
		scope = field.Namespaced
	}
	version := &crd.Spec.Versions[0]
	version.AdditionalPrinterColumns = columns(k)

	root := version.Schema.OpenAPIV3Schema
	root.Description = k.Text
	return edit(root, "spec", func(spec *extv1.JSONSchemaProps) error {
		spec.Description = "What the " + k.Name + " shall be."
		spec.XValidations = validations(append(k.SpecRules(), k.FallbackRules()...))
		if crd.Spec.Scope == extv1.NamespaceScoped {
			if err := limitConfigKinds(spec); err != nil {
				return err
			}
		}
		if err := edit(spec, "forProvider", func(p *extv1.JSONSchemaProps) error {
			p.Description = "Arguments that are kept as they are written here."
			return arguments(p, k, scope, "spec.forProvider")
		}); err != nil {
			return err
		}
		if err := edit(spec, "initProvider", func(p *extv1.JSONSchemaProps) error {
			p.Description = "Arguments that count at creation only: afterwards the provider neither compares nor changes them. " +
				"Where forProvider has the same argument, forProvider counts."
			return arguments(p, k, scope, "spec.initProvider")
		}); err != nil {
			return err
		}
		return edit(root, "status", func(status *extv1.JSONSchemaProps) error {
			status.Description = "What the " + k.Name + " was seen to be."
			return edit(status, "atProvider", func(p *extv1.JSONSchemaProps) error {
				p.Description = "The state that the Packet API reports."
				leaveOut(p, k)
				return edit(p, "id", func(id *extv1.JSONSchemaProps) error {
					id.Description = "Id of the " + k.Name + " in the Packet API."
					return nil
				})
			})
		})
	})
}

// leaveOut removes from the schema of the status what is not reported.
func leaveOut(atProvider *extv1.JSONSchemaProps, k field.Kind) {
	for _, f := range k.Fields {
		if f.NotReported {
			delete(atProvider.Properties, f.Name)
		}
	}
}

// limitConfigKinds lets a namespaced kind name only the kinds of configuration
// that exist. The type that it shares with other providers allows any text.
func limitConfigKinds(spec *extv1.JSONSchemaProps) error {
	return edit(spec, "providerConfigRef", func(ref *extv1.JSONSchemaProps) error {
		return edit(ref, "kind", func(kind *extv1.JSONSchemaProps) error {
			return enumerate(kind, []string{"ProviderConfig", "ClusterProviderConfig"})
		})
	})
}

// arguments gives the schema of forProvider or initProvider the rules and
// texts of the kind's arguments.
func arguments(parent *extv1.JSONSchemaProps, k field.Kind, scope field.Scope, path string) error {
	parent.XValidations = validations(k.ParameterRules(path))
	var fields []field.Field
	for _, f := range k.Fields {
		if !f.Computed && (path == "spec.forProvider" || !f.ArgumentOnly()) {
			fields = append(fields, f)
		}
	}
	return describe(parent, fields, scope)
}

// describe gives the schema of an object of arguments the texts and limits of
// its fields.
func describe(parent *extv1.JSONSchemaProps, fields []field.Field, scope field.Scope) error {
	for _, f := range fields {
		if err := edit(parent, f.Name, func(p *extv1.JSONSchemaProps) error { return constrain(p, f, scope) }); err != nil {
			return err
		}
		for name, text := range f.ReferenceTexts() {
			if err := edit(parent, name, func(p *extv1.JSONSchemaProps) error {
				p.Description = text
				return explainNamespace(p, scope)
			}); err != nil {
				return err
			}
		}
	}
	return nil
}

// explainNamespace says what may stand in the namespace of a reference, of each
// of a list of them, or of a selector. It is no rule, because rules cannot see
// the namespace of the resource that they check, which is a good value.
func explainNamespace(reference *extv1.JSONSchemaProps, scope field.Scope) error {
	if scope != field.Namespaced {
		return nil
	}
	if reference.Items != nil {
		reference = reference.Items.Schema
	}
	return edit(reference, "namespace", func(namespace *extv1.JSONSchemaProps) error {
		namespace.Description = field.NamespaceText
		return nil
	})
}

// constrain gives the schema of one argument its text and limits. A pattern
// becomes a rule because the API server's message for a plain pattern shows the
// expression only.
func constrain(p *extv1.JSONSchemaProps, f field.Field, scope field.Scope) error {
	p.Description = f.Text
	switch {
	case f.Immutable && f.Kind != "":
		p.Description += " Immutable, unless a reference or selector with the policy resolve: Always leads elsewhere."
	case f.Immutable:
		p.Description += " Immutable."
	}
	p.XValidations = append(p.XValidations, validations(f.PatternRules())...)
	if f.Max != 0 {
		p.Minimum, p.Maximum = ptr.To(float64(f.Min)), ptr.To(float64(f.Max))
	}
	if f.MaxItems != 0 {
		p.MaxItems = &f.MaxItems
	}
	if err := enumerate(p, f.Enum); err != nil {
		return err
	}
	element := p
	if p.Items != nil {
		element = p.Items.Schema
	}
	if f.MaxLength != 0 {
		element.MaxLength = &f.MaxLength
	}
	nested := append(f.KeyFields(scope), f.Fields...)
	for _, n := range nested {
		if n.Required {
			element.Required = append(element.Required, n.Name)
		}
	}
	return describe(element, nested, scope)
}

// enumerate restricts the schema of a string to the given values, if any.
func enumerate(p *extv1.JSONSchemaProps, values []string) error {
	for _, v := range values {
		raw, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("cannot write an allowed value: %w", err)
		}
		p.Enum = append(p.Enum, extv1.JSON{Raw: raw})
	}
	return nil
}

// edit changes the named property of a schema.
func edit(parent *extv1.JSONSchemaProps, name string, change func(*extv1.JSONSchemaProps) error) error {
	p, ok := parent.Properties[name]
	if !ok {
		return fmt.Errorf("the schema has no property %q where the description has one", name)
	}
	if err := change(&p); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	parent.Properties[name] = p
	return nil
}

func validations(rules []field.Rule) extv1.ValidationRules {
	var out extv1.ValidationRules
	for _, r := range rules {
		out = append(out, extv1.ValidationRule{Rule: r.Expression, Message: r.Message, FieldPath: r.Path})
	}
	return out
}

// columns are those of kubectl get: the ones every Crossplane user looks for,
// and the kind's own between them.
func columns(k field.Kind) []extv1.CustomResourceColumnDefinition {
	const condition = ".status.conditions[?(@.type=='%s')].status"
	all := []field.Column{
		{Name: "SYNCED", Path: fmt.Sprintf(condition, "Synced"), Text: "Whether the last reconciliation succeeded."},
		{Name: "READY", Path: fmt.Sprintf(condition, "Ready"), Text: "Whether the resource exists and can be used."},
	}
	all = append(all, k.Columns...)
	all = append(all,
		field.Column{Name: "EXTERNAL-NAME", Path: `.metadata.annotations.crossplane\.io/external-name`, Wide: true, Text: "Id in the Packet API."},
		field.Column{Name: "AGE", Path: ".metadata.creationTimestamp", Type: "date", Text: "Time since the resource was created in Kubernetes."})

	out := make([]extv1.CustomResourceColumnDefinition, 0, len(all))
	for _, c := range all {
		d := extv1.CustomResourceColumnDefinition{Name: c.Name, Type: "string", JSONPath: c.Path, Description: c.Text}
		if c.Type != "" {
			d.Type = c.Type
		}
		if c.Wide {
			d.Priority = 1
		}
		out = append(out, d)
	}
	return out
}
