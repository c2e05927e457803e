// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestRest shows that nobody writes a server or its parts while nothing
// changes, however often the API is looked at.
func TestRest(t *testing.T) {
	const looks = 30 // More than six of each part.
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			project := newProject(t)
			server := s.server(t, "rest", project, "")
			create(t, server)
			await(t, "become Ready", ready(server))

			var before map[string]string
			asked := 0
			await(t, "nothing is written any more", func(ctx context.Context) error {
				n := len(sim.Requests(packetsim.Filter{}))
				if before != nil && n-asked < looks {
					return fmt.Errorf("%d of %d looks so far", n-asked, looks)
				}
				now, err := versions(ctx, server)
				if err != nil {
					return err
				}
				diff := cmp.Diff(before, now)
				before, asked = now, n
				if diff != "" {
					return fmt.Errorf("something was written: -before, +after:\n%s", diff)
				}
				return nil
			})
			remove(t, server)
			await(t, "the server goes", gone(server))
			await(t, "nothing of it stays at the API", empty(project))
		})
	}
}

// versions returns the resource versions of a server and its parts.
func versions(ctx context.Context, server *unstructured.Unstructured) (map[string]string, error) {
	if err := kube.Get(ctx, client.ObjectKeyFromObject(server), server); err != nil {
		return nil, err
	}
	found := map[string]string{server.GetName(): server.GetResourceVersion()}
	for _, s := range styles() {
		for _, kind := range []string{"Device", "BgpSession", "BgpConfig"} {
			list := &unstructured.UnstructuredList{}
			list.SetAPIVersion(s.parts + "/v1alpha1")
			list.SetKind(kind + "List")
			if err := kube.List(ctx, list, client.HasLabels{"crossplane.io/composite"}); err != nil {
				return nil, err
			}
			for _, part := range list.Items {
				found[part.GetName()] = part.GetResourceVersion()
			}
		}
	}
	return found, nil
}
