// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A style is one of the two ways in which the API is offered.
type style struct {
	name, group string
	// selector is where an object chooses its composition.
	selector []string
	// parts is the group of what is composed.
	parts string
}

func claims() style {
	return style{name: "claim", group: "claims.platform.example.org", selector: []string{"spec", "compositionSelector"}, parts: "packet.crossplane.io"}
}

func composites() style {
	return style{name: "namespaced", group: "platform.example.org", selector: []string{"spec", "crossplane", "compositionSelector"}, parts: "packet.m.crossplane.io"}
}

func styles() []style { return []style{claims(), composites()} }

// install applies what the style consists of, and what the platform team makes
// beside it.
func (s style) install(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, s.name, "*.yaml"))
	if err != nil {
		return err
	}
	for _, file := range append(files, filepath.Join(dir, s.name, "examples", "platform.yaml")) {
		if filepath.Base(file) == "crossplane.yaml" {
			continue // It is of the package, not of the cluster.
		}
		objs, err := read(file)
		if err != nil {
			return err
		}
		for _, obj := range objs {
			if err := apply(ctx, obj); err != nil {
				return err
			}
		}
	}
	return nil
}

// awaitAPI waits until servers can be asked for.
func awaitAPI(ctx context.Context) error {
	list := &unstructured.UnstructuredList{}
	list.SetAPIVersion("apiextensions.crossplane.io/v2")
	list.SetKind("CompositeResourceDefinitionList")
	var missing error
	err := wait.PollUntilContextTimeout(ctx, period, time.Minute, true, func(ctx context.Context) (bool, error) {
		if missing = kube.List(ctx, list); missing != nil {
			return false, core.Err()
		}
		for _, definition := range list.Items {
			want := []string{"Established"}
			if value(&definition, "spec", "claimNames") != "" {
				want = append(want, "Offered")
			}
			for _, want := range want {
				if c := condition(&definition, want, "status", "conditions"); c["status"] != "True" {
					missing = fmt.Errorf("%s is not %s: %v", definition.GetName(), want, c)
				}
			}
		}
		return missing == nil, core.Err()
	})
	if err != nil {
		return fmt.Errorf("the API of the compositions is not there: %w: %w; %s", err, missing, core.Core.Tail())
	}
	return nil
}

// awaitPlatform waits until what the platform team makes is there: tests count
// what is made later.
func awaitPlatform(ctx context.Context) error {
	for _, s := range styles() {
		for _, kind := range []string{"Project", "SshKey", "BgpConfig"} {
			list := &unstructured.UnstructuredList{}
			list.SetAPIVersion(s.parts + "/v1alpha1")
			list.SetKind(kind + "List")
			var missing error
			err := wait.PollUntilContextTimeout(ctx, period, patience, true, func(ctx context.Context) (bool, error) {
				if missing = kube.List(ctx, list); missing == nil && len(list.Items) > 0 {
					missing = ready(&list.Items[0])(ctx)
				}
				return missing == nil && len(list.Items) > 0, provider.process.Err()
			})
			if err != nil {
				return fmt.Errorf("the platform is not ready: %w: %w", err, missing)
			}
		}
	}
	return nil
}

// apply applies an object. A provider configuration then points to packetsim.
func apply(ctx context.Context, obj *unstructured.Unstructured) error {
	if strings.HasSuffix(obj.GetKind(), "ProviderConfig") {
		if err := unstructured.SetNestedField(obj.Object, sim.url, "spec", "baseUrl"); err != nil {
			return err
		}
	}
	if err := kube.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("e2e")); err != nil {
		return fmt.Errorf("cannot apply %s %s: %w", obj.GetKind(), obj.GetName(), err)
	}
	return nil
}

// read returns the objects of a file.
func read(path string) ([]*unstructured.Unstructured, error) {
	content, err := os.ReadFile(path)
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
			return nil, fmt.Errorf("cannot read %s: %w", path, err)
		}
		objs = append(objs, obj)
	}
}

// server returns a BgpServer in the namespace default, of a project and of the
// default variant if none is named.
func (s style) server(t *testing.T, name, projectID, variant string) *unstructured.Unstructured {
	t.Helper()
	obj := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{
		"project": map[string]any{"id": projectID}, "metro": "sv",
	}}}
	obj.SetAPIVersion(s.group + "/v1alpha1")
	obj.SetKind("BgpServer")
	obj.SetNamespace("default")
	obj.SetName(name)
	if variant != "" {
		labels := map[string]any{s.group + "/variant": variant}
		if err := unstructured.SetNestedMap(obj.Object, labels, append(s.selector, "matchLabels")...); err != nil {
			t.Fatal(err)
		}
	}
	if s.name == "claim" {
		if err := unstructured.SetNestedField(obj.Object, name, "spec", "writeConnectionSecretToRef", "name"); err != nil {
			t.Fatal(err)
		}
	}
	return obj
}

// examples applies the servers of the examples and returns them.
func (s style) examples(t *testing.T) []*unstructured.Unstructured {
	t.Helper()
	objs, err := read(filepath.Join("..", "..", "examples", "compositions", s.name, "examples", "server.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var servers []*unstructured.Unstructured
	for _, obj := range objs {
		await(t, "apply "+obj.GetName(), func(ctx context.Context) error { return apply(ctx, obj.DeepCopy()) })
		if obj.GetKind() == "BgpServer" {
			servers = append(servers, obj)
		}
	}
	return servers
}

// create creates a server once its kind is served.
func create(t *testing.T, obj *unstructured.Unstructured) {
	t.Helper()
	await(t, "create "+obj.GetName(), func(ctx context.Context) error {
		err := kube.Create(ctx, obj)
		if kerrors.IsInvalid(err) {
			t.Fatal(err)
		}
		return err
	})
}

func remove(t *testing.T, obj *unstructured.Unstructured) {
	t.Helper()
	if err := kube.Delete(t.Context(), obj); err != nil {
		t.Fatalf("cannot delete %s: %v", obj.GetName(), err)
	}
}
