// SPDX-License-Identifier: Apache-2.0

package api

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/config"
)

func TestAccepted(t *testing.T) {
	for name, m := range manifests(t, "accepted") {
		for scope, m := range m.scopes() {
			t.Run(name+"/"+scope, func(t *testing.T) {
				if got := m.apply(t.Context(), t); got != (outcome{}) {
					t.Errorf("it is refused: %v %v", got.First, got.Last)
				}
			})
		}
	}
}

func TestExamplesAreAccepted(t *testing.T) {
	const root = "../../../examples"
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && d.Name() == "compositions" {
			// They need Crossplane; test/e2e applies them.
			return filepath.SkipDir
		}
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for doc := range strings.SplitSeq(string(text), "\n---\n") {
			u, err := object(doc)
			if err != nil {
				return err
			}
			if u.GetKind() == "Namespace" {
				continue
			}
			seen++
			t.Run(strings.TrimPrefix(path, root+"/")+"/"+u.GetName(), func(t *testing.T) { isAccepted(t, u) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("there are no examples")
	}
}

// isAccepted creates the object, in its namespace if it has one.
func isAccepted(t *testing.T, u *unstructured.Unstructured) {
	t.Helper()
	if name := u.GetNamespace(); name != "" {
		err := kube.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
		if err != nil && !kerrors.IsAlreadyExists(err) {
			t.Fatalf("cannot create the namespace: %v", err)
		}
	}
	if err := kube.Create(t.Context(), u, client.DryRunAll); err != nil {
		t.Errorf("it is refused: %v", err)
	}
}

// What the API reports is written down as it is, even if it breaks the rules
// for what users may ask for.
func TestStatusIsNotValidated(t *testing.T) {
	for _, group := range []string{config.NamespacedGroup, config.ClusterGroup} {
		t.Run(group, func(t *testing.T) {
			u := bgpSession(group, "reported")
			if err := kube.Create(t.Context(), u); err != nil {
				t.Fatalf("cannot create: %v", err)
			}
			for _, reported := range []map[string]any{
				{"addressFamily": "ipv4", "deviceId": "00000000-0000-4000-8000-0000000000e1", "defaultRoute": false},
				{"addressFamily": "ipv6", "deviceId": "00000000-0000-4000-8000-0000000000e2", "defaultRoute": true},
				{"addressFamily": "ipv5", "deviceId": "not a UUID", "status": "on holiday"},
			} {
				u.Object["status"] = map[string]any{"atProvider": reported}
				if err := kube.Status().Update(t.Context(), u); err != nil {
					t.Errorf("a status of %v is refused: %v", reported, err)
				}
			}
		})
	}
}

// kubectl resolves a short name to one resource: that of the new users.
func TestShortNameIsTheNamespacedKinds(t *testing.T) {
	for group, want := range map[string]string{config.NamespacedGroup: "[bgps]", config.ClusterGroup: "[]"} {
		crd := &unstructured.Unstructured{}
		crd.SetAPIVersion("apiextensions.k8s.io/v1")
		crd.SetKind("CustomResourceDefinition")
		if err := kube.Get(t.Context(), client.ObjectKey{Name: "bgpsessions." + group}, crd); err != nil {
			t.Fatalf("cannot get the definition: %v", err)
		}
		names, _, err := unstructured.NestedStringSlice(crd.Object, "status", "acceptedNames", "shortNames")
		if err != nil {
			t.Fatal(err)
		}
		if got := "[" + strings.Join(names, " ") + "]"; got != want {
			t.Errorf("short names of bgpsessions.%s: got %s, want %s", group, got, want)
		}
	}
}
