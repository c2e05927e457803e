// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// owner is the name under which the demonstration applies manifests.
const owner = client.FieldOwner("provider-packet-demo")

// applyExamples applies the manifests: configurations before what uses them,
// each with packetsim's address in place of the one that it shows.
func (d *demo) applyExamples(ctx context.Context) error {
	objs, err := readManifests(d.Examples...)
	if err != nil {
		return err
	}
	d.managed = nil
	slices.SortStableFunc(objs, func(a, b *unstructured.Unstructured) int { return rank(a) - rank(b) })
	for _, obj := range objs {
		if err := d.apply(ctx, obj); err != nil {
			return err
		}
		d.sayf("%s", describe(obj))
		if isManaged(obj) {
			d.managed = append(d.managed, obj)
		}
	}
	if len(d.managed) == 0 {
		return fmt.Errorf("there is no managed resource in %s", strings.Join(d.Examples, " and "))
	}
	return nil
}

// apply applies an object.
func (d *demo) apply(ctx context.Context, obj *unstructured.Unstructured) error {
	if err := d.ensureNamespace(ctx, obj.GetNamespace()); err != nil {
		return err
	}
	if err := d.redirect(obj); err != nil {
		return err
	}
	if err := d.kube.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), owner); err != nil {
		return fmt.Errorf("cannot apply %s: %w", describe(obj), err)
	}
	return nil
}

// redirect has a provider configuration point to packetsim.
func (d *demo) redirect(obj *unstructured.Unstructured) error {
	if !strings.HasSuffix(obj.GetKind(), "ProviderConfig") {
		return nil
	}
	if err := unstructured.SetNestedField(obj.Object, d.endpoint, "spec", "baseUrl"); err != nil {
		return fmt.Errorf("cannot set the base URL of %s: %w", describe(obj), err)
	}
	return nil
}

func (d *demo) ensureNamespace(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if err := client.IgnoreAlreadyExists(d.kube.Create(ctx, ns)); err != nil {
		return fmt.Errorf("cannot create namespace %s: %w", name, err)
	}
	return nil
}

// rank orders objects by who needs whom.
func rank(obj *unstructured.Unstructured) int {
	switch {
	case isManaged(obj):
		return 3
	case strings.HasSuffix(obj.GetKind(), "ProviderConfig"):
		return 2
	case obj.GetKind() == "Namespace":
		return 0
	default:
		return 1
	}
}

// isManaged says whether an object stands for something in the Packet API.
func isManaged(obj *unstructured.Unstructured) bool {
	_, ok, err := unstructured.NestedMap(obj.Object, "spec", "forProvider")
	return ok && err == nil
}

// isSession says whether an object is a BgpSession of either scope.
func isSession(obj *unstructured.Unstructured) bool { return obj.GetKind() == "BgpSession" }

// describe names an object as kubectl would take it.
func describe(obj *unstructured.Unstructured) string {
	name := obj.GetName()
	if obj.GetNamespace() != "" {
		name = obj.GetNamespace() + "/" + name
	}
	if group := obj.GroupVersionKind().Group; group != "" {
		return fmt.Sprintf("%s.%s %s", obj.GetKind(), group, name)
	}
	return obj.GetKind() + " " + name
}

// readManifests returns the objects of files, and of the .yaml files of
// folders.
func readManifests(paths ...string) ([]*unstructured.Unstructured, error) {
	var objs []*unstructured.Unstructured
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || path != root && filepath.Ext(path) != ".yaml" {
				return err
			}
			found, err := readManifest(path)
			objs = append(objs, found...)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("cannot read the manifests: %w", err)
		}
	}
	return objs, nil
}

func readManifest(path string) ([]*unstructured.Unstructured, error) {
	content, err := os.ReadFile(path) //nolint:gosec // Named by the user.
	if err != nil {
		return nil, err
	}
	var objs []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096); ; {
		obj := &unstructured.Unstructured{}
		err := decoder.Decode(&obj.Object)
		if errors.Is(err, io.EOF) {
			return objs, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(obj.Object) > 0 { // Nothing but comments.
			objs = append(objs, obj)
		}
	}
}
