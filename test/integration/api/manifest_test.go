// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/crossplane-contrib/provider-packet/config"
)

// A manifest is a file of testdata.
type manifest struct {
	// Message that the API server's answer must contain.
	Message string
	// OneScope is true if the manifest does not stand for the other scope.
	OneScope bool
	// First is created, then, if it is not nil, updated to Then.
	First, Then *unstructured.Unstructured
}

// An outcome of a manifest is that of its last step.
type outcome struct{ First, Last error }

// parse reads the manifest of a file.
func parse(text string) (manifest, error) {
	m := manifest{}
	first, then, updates := strings.Cut(text, "\n---\n")
	for line := range strings.Lines(first) {
		line = strings.TrimSpace(line)
		if message, ok := strings.CutPrefix(line, "# message: "); ok {
			m.Message = message
		}
		m.OneScope = m.OneScope || line == "# scope: namespaced"
	}
	var err error
	if m.First, err = object(first); err != nil {
		return m, err
	}
	if !updates {
		return m, nil
	}
	if !strings.HasPrefix(then, "# then:") {
		return m, errors.New("\"# then:\" is missing at the beginning of the second document")
	}
	m.Then, err = object(then)
	return m, err
}

func object(doc string) (*unstructured.Unstructured, error) {
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(doc), &u.Object); err != nil {
		return nil, fmt.Errorf("cannot read the manifest: %w", err)
	}
	return u, nil
}

// scopes returns the manifest for each scope it stands for.
func (m manifest) scopes() map[string]manifest {
	gvk := m.First.GroupVersionKind()
	switch {
	case gvk.Group == config.ClusterGroup:
		return map[string]manifest{"cluster": m}
	case m.OneScope, gvk.Version != config.Version:
		return map[string]manifest{"namespaced": m}
	default:
		other := m
		other.First, other.Then = clusterScoped(m.First), clusterScoped(m.Then)
		return map[string]manifest{"namespaced": m, "cluster": other}
	}
}

// clusterScoped returns the cluster-scoped twin of a namespaced managed
// resource.
func clusterScoped(u *unstructured.Unstructured) *unstructured.Unstructured {
	if u == nil {
		return nil
	}
	twin := u.DeepCopy()
	gvk := u.GroupVersionKind()
	gvk.Group = config.ClusterGroup
	twin.SetGroupVersionKind(gvk)
	twin.SetNamespace("")
	unstructured.RemoveNestedField(twin.Object, "spec", "providerConfigRef", "kind")
	return twin
}

// apply creates the first object of the manifest and updates it to the other.
// Nothing stays behind.
func (m manifest) apply(ctx context.Context, t *testing.T) outcome {
	t.Helper()
	if m.Then == nil {
		return outcome{Last: kube.Create(ctx, m.First, client.DryRunAll)}
	}
	if err := kube.Create(ctx, m.First); err != nil {
		return outcome{First: err}
	}
	t.Cleanup(func() { //nolint:contextcheck // The test's context has ended by then.
		if err := kube.Delete(context.Background(), m.First); err != nil {
			t.Errorf("cannot delete the object: %v", err)
		}
	})
	m.Then.SetResourceVersion(m.First.GetResourceVersion())
	return outcome{Last: kube.Update(ctx, m.Then, client.DryRunAll)}
}

// manifests reads a folder of testdata.
func manifests(t *testing.T, dir string) map[string]manifest {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]manifest{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := parse(string(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		found[strings.TrimSuffix(filepath.Base(file), ".yaml")] = m
	}
	return found
}

// bgpSession returns a good resource of one scope.
func bgpSession(group, name string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{Object: map[string]any{"spec": map[string]any{"forProvider": map[string]any{
		"addressFamily": "ipv4",
		"deviceId":      "00000000-0000-4000-8000-0000000000e1",
	}}}}
	u.SetAPIVersion(metav1.GroupVersion{Group: group, Version: config.Version}.String())
	u.SetKind("BgpSession")
	u.SetName(name)
	if group == config.NamespacedGroup {
		u.SetNamespace(namespace)
	}
	return u
}
