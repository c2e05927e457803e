// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// parts lists what a server consists of.
func parts(ctx context.Context, server *unstructured.Unstructured) ([]unstructured.Unstructured, error) {
	group, of := "", []client.ListOption{}
	for _, s := range styles() {
		if server.GroupVersionKind().Group == s.group {
			group = s.parts
		}
	}
	if group == claims().parts {
		of = append(of, client.MatchingLabels{"crossplane.io/claim-name": server.GetName(), "crossplane.io/claim-namespace": server.GetNamespace()})
	} else {
		of = append(of, client.MatchingLabels{"crossplane.io/composite": server.GetName()}, client.InNamespace(server.GetNamespace()))
	}
	var found []unstructured.Unstructured
	for _, kind := range []string{"Device", "BgpSession", "ReservedIpBlock", "BgpConfig"} {
		list := &unstructured.UnstructuredList{}
		list.SetAPIVersion(group + "/v1alpha1")
		list.SetKind(kind + "List")
		if err := kube.List(ctx, list, of...); err != nil {
			return nil, err
		}
		found = append(found, list.Items...)
	}
	return found, nil
}

// noParts is met when none of the servers has a part.
func noParts(servers ...*unstructured.Unstructured) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, server := range servers {
			left, err := parts(ctx, server)
			if err != nil {
				return err
			}
			if len(left) > 0 {
				return fmt.Errorf("%s still has %d parts, of which one is a %s: %v", server.GetName(), len(left), left[0].GetKind(), left[0].Object["status"])
			}
		}
		return nil
	}
}

// deviceOf returns the Device of a server.
func deviceOf(ctx context.Context, server *unstructured.Unstructured) (*unstructured.Unstructured, error) {
	all, err := parts(ctx, server)
	for i := range all {
		if all[i].GetKind() == "Device" {
			return &all[i], nil
		}
	}
	return nil, errors.Join(err, fmt.Errorf("%s has no Device", server.GetName()))
}

// versions returns the resource versions of a server and its parts.
func versions(ctx context.Context, server *unstructured.Unstructured) (map[string]string, error) {
	if err := kube.Get(ctx, client.ObjectKeyFromObject(server), server); err != nil {
		return nil, err
	}
	found := map[string]string{server.GetName(): server.GetResourceVersion()}
	all, err := parts(ctx, server)
	for _, part := range all {
		found[part.GetName()] = part.GetResourceVersion()
	}
	return found, err
}

// awaitCalm waits until the provider has looked several times at all that a
// project has, and nobody has written its server or a part meanwhile.
func awaitCalm(t *testing.T, project string, server *unstructured.Unstructured) {
	t.Helper()
	for began := time.Now(); ; {
		before, err := versions(t.Context(), server)
		check(t, err)
		for range 3 {
			settle(t, project)
		}
		after, err := versions(t.Context(), server)
		check(t, err)
		diff := cmp.Diff(before, after)
		if diff == "" {
			return
		}
		if time.Since(began) > patience {
			t.Fatalf("something is still written: -before, +after:\n%s", diff)
		}
	}
}

// change changes an object as a user does who edits it.
func change(t *testing.T, obj *unstructured.Unstructured, patch string) {
	t.Helper()
	if err := kube.Patch(t.Context(), obj, client.RawPatch(types.MergePatchType, []byte(patch))); err != nil {
		t.Fatalf("cannot change %s: %v", obj.GetName(), err)
	}
}
