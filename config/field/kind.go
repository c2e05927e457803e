// SPDX-License-Identifier: Apache-2.0

package field

// A Kind describes one managed resource, for both scopes.
type Kind struct {
	// Name of the kind, for example BgpSession.
	Name string
	// Resource is the name of the same resource in the Terraform and Pulumi
	// providers for this API, from which the field names are taken over in
	// camel case so that moving over is a rename.
	Resource string
	// ShortNames that kubectl accepts beside the full one. They are given to
	// the namespaced kind only: kubectl resolves a short name to one resource,
	// and the namespaced one is what new users have.
	ShortNames []string
	// Text is shown by kubectl explain for the kind.
	Text string
	// Fields are the arguments and outputs.
	Fields []Field
	// Choices are arguments that exclude each other.
	Choices []Choice
	// Rules on spec beside those that follow from Fields and Choices.
	Rules []Rule
	// Columns that kubectl get shows between READY and AGE.
	Columns []Column
}

// A Choice is a set of arguments of which at most one may be given.
type Choice struct {
	// Of are the names of the arguments.
	Of []string
	// Required is true if one must be given, unless the management policies
	// only observe.
	Required bool
}

// A Column is a column of kubectl get.
type Column struct {
	// Name is the heading, in upper case.
	Name string
	// Path is a JSON path into the object.
	Path string
	// Type is the type of the value as CustomResourceDefinitions name it;
	// empty means string.
	Type string
	// Wide columns are shown by kubectl get -o wide only.
	Wide bool
	// Text describes the column.
	Text string
}
