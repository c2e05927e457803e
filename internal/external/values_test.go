// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"
)

func TestResolveValues(t *testing.T) {
	reader := &test.MockClient{MockGet: func(_ context.Context, name client.ObjectKey, obj client.Object) error {
		if name.Name == "broken" {
			return errBoom
		}
		if name.String() != "team/values" && name.String() != "elsewhere/values" {
			return kerrors.NewNotFound(schema.GroupResource{}, name.Name)
		}
		switch obj := obj.(type) {
		case *corev1.Secret:
			obj.Data = map[string][]byte{"password": []byte("of " + name.Namespace), "empty": nil}
		case *corev1.ConfigMap:
			obj.Data = map[string]string{"script": "#!/bin/sh"}
			obj.BinaryData = map[string][]byte{"binary": {0, 1}}
		}
		return nil
	}}
	key := func(name, key string) map[string]any { return map[string]any{"name": name, "key": key} }
	cases := map[string]struct {
		reason    string
		arguments map[string]any
		deleted   bool
		want      map[string]any
		wantErr   string
	}{
		"None": {
			reason:    "arguments that name no key stay",
			arguments: map[string]any{"asn": int64(65000), "projectIdRef": map[string]any{"name": "edge"}, "SecretRef": map[string]any{}},
			want:      map[string]any{"asn": int64(65000), "projectIdRef": map[string]any{"name": "edge"}, "SecretRef": map[string]any{}},
		},
		"Secret": {
			reason:    "the key of a Secret of the own namespace becomes the argument",
			arguments: map[string]any{"md5SecretRef": key("values", "password")},
			want:      map[string]any{"md5": "of team"},
		},
		"Elsewhere": {
			reason:    "a namespace that is named all the same counts for nothing in a namespaced resource",
			arguments: map[string]any{"md5SecretRef": map[string]any{"name": "values", "key": "password", "namespace": "elsewhere"}},
			want:      map[string]any{"md5": "of team"},
		},
		"Empty": {
			reason:    "a key that is there and empty has a value",
			arguments: map[string]any{"md5SecretRef": key("values", "empty")},
			want:      map[string]any{"md5": ""},
		},
		"ConfigMap": {
			reason:    "the key of a ConfigMap becomes the argument",
			arguments: map[string]any{"userDataConfigMapRef": key("values", "script")},
			want:      map[string]any{"userData": "#!/bin/sh"},
		},
		"Binary": {
			reason:    "binary data of a ConfigMap is data",
			arguments: map[string]any{"userDataConfigMapRef": key("values", "binary")},
			want:      map[string]any{"userData": "\x00\x01"},
		},
		"Missing": {
			reason:    "what is missing is named, with its namespace",
			arguments: map[string]any{"md5SecretRef": key("gone", "password")},
			wantErr:   "cannot read what spec.forProvider.md5SecretRef names: there is no Secret team/gone; create it, or correct the reference",
		},
		"NoKey": {
			reason:    "a key that is missing is named",
			arguments: map[string]any{"userDataConfigMapRef": key("values", "other")},
			wantErr:   `cannot read what spec.forProvider.userDataConfigMapRef names: ConfigMap team/values has no key "other"`,
		},
		"Unreadable": {
			reason:    "a failure to read is no missing value",
			arguments: map[string]any{"md5SecretRef": key("broken", "password")},
			wantErr:   "cannot read what spec.forProvider.md5SecretRef names: cannot read Secret team/broken: boom",
		},
		"Deleting": {
			reason:    "a resource that is being deleted does without",
			arguments: map[string]any{"md5SecretRef": key("gone", "password"), "asn": int64(65000)}, deleted: true,
			want: map[string]any{"asn": int64(65000)},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			mg := session(t, scopes["Namespaced"], asked(), func(mg resource.Managed) { mg.SetNamespace("team") })
			if tc.deleted {
				deleted(mg)
			}
			err := resolveValues(t.Context(), reader, mg, tc.arguments)
			if diff := cmp.Diff(tc.wantErr, textOf(err)); diff != "" {
				t.Fatalf("%s: error: -want +got:\n%s", tc.reason, diff)
			}
			if tc.wantErr != "" {
				return
			}
			if diff := cmp.Diff(tc.want, tc.arguments); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
	cluster := map[string]any{"md5SecretRef": map[string]any{"name": "values", "key": "password", "namespace": "elsewhere"}}
	if err := resolveValues(t.Context(), reader, session(t, scopes["Cluster"], asked()), cluster); err != nil || strings.TrimSpace(cluster["md5"].(string)) != "of elsewhere" {
		t.Errorf("a cluster-scoped resource names the namespace: got %v, %v", cluster, err)
	}
}
