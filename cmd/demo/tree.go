// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// showTree prints an object with what it is made of, and what that is made of:
// from a claim down to the managed resources.
func (d *demo) showTree(ctx context.Context, obj *unstructured.Unstructured) error {
	w := tabwriter.NewWriter(d.out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "NAME\tSYNCED\tREADY\tIS") //nolint:errcheck // Nobody to tell.
	if err := d.grow(ctx, w, obj, "", ""); err != nil {
		return err
	}
	fmt.Fprintln(w)  //nolint:errcheck // Nobody to tell.
	return w.Flush() //nolint:wrapcheck // It names itself.
}

// grow prints an object behind its branch of the tree, and its parts, whose
// branches begin with the stem.
func (d *demo) grow(ctx context.Context, w io.Writer, obj *unstructured.Unstructured, branch, stem string) error {
	if err := d.read(ctx, obj); err != nil {
		return err
	}
	synced, _ := condition(obj, "Synced")
	ready, _ := condition(obj, "Ready")
	fmt.Fprintf(w, "%s%s/%s\t%s\t%s\t%s\n", branch, obj.GetKind(), obj.GetName(), synced, ready, summary(obj)) //nolint:errcheck // Nobody to tell.
	all := parts(obj)
	for i, part := range all {
		branch, below := "├─ ", "│  "
		if i == len(all)-1 {
			branch, below = "└─ ", "   "
		}
		if err := d.grow(ctx, w, part, stem+branch, stem+below); err != nil {
			return err
		}
	}
	return nil
}

// parts returns what a claim or a composite refers to as its own.
func parts(obj *unstructured.Unstructured) []*unstructured.Unstructured {
	spec, _, _ := unstructured.NestedMap(obj.Object, "spec")
	refs, _, _ := unstructured.NestedSlice(spec, "resourceRefs")
	if ref, found, err := unstructured.NestedMap(spec, "resourceRef"); found && err == nil {
		refs = append(refs, ref)
	}
	var all []*unstructured.Unstructured
	for _, ref := range refs {
		fields, _ := ref.(map[string]any)
		part := &unstructured.Unstructured{}
		for field, set := range map[string]func(string){"apiVersion": part.SetAPIVersion, "kind": part.SetKind, "name": part.SetName} {
			text, _ := fields[field].(string)
			set(text)
		}
		all = append(all, part)
	}
	return all
}

// summary is what the API says of a managed resource.
func summary(obj *unstructured.Unstructured) string {
	var words []string
	for _, field := range []string{"addressFamily", "state", "status", "accessPublicIpv4", "prefix"} {
		if text := atProvider(obj, field); text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, " ")
}
