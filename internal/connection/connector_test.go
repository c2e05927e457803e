// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/cluster/packet/v1alpha1"
)

// connects returns a connector whose client returns these.
func connects(details managed.ConnectionDetails, err error) managed.ExternalConnector {
	return managed.ExternalConnectorFn(func(context.Context, resource.Managed) (managed.ExternalClient, error) {
		return &managed.ExternalClientFns{
			ObserveFn: func(context.Context, resource.Managed) (managed.ExternalObservation, error) {
				return managed.ExternalObservation{ResourceExists: true, ConnectionDetails: details}, err
			},
			UpdateFn: func(context.Context, resource.Managed) (managed.ExternalUpdate, error) {
				return managed.ExternalUpdate{ConnectionDetails: details}, err
			},
		}, nil
	})
}

func TestConnector(t *testing.T) {
	details := managed.ConnectionDetails{"id": []byte("S1")}
	written := requests{"get": 1, "create": 1}
	cases := map[string]struct {
		reason  string
		details managed.ConnectionDetails
		err     error
		deleted bool
		failing string
		// What is asked of the API server after an observation and an update.
		observe, update requests
		wantErr         error
	}{
		"Known":   {reason: "what is known is published", details: details, observe: written, update: written},
		"Unknown": {reason: "what is not known is not published", observe: requests{}, update: requests{}},
		"Failed":  {reason: "what comes with an error is not published", details: details, err: errBoom, observe: requests{}, update: requests{}, wantErr: errBoom},
		"Deleted": {reason: "no Secret is made anew for who is being deleted", details: details, deleted: true, observe: requests{}, update: written},
		"Refused": {reason: "a Secret that cannot be written is an error", details: details, failing: "create", observe: written, update: written, wantErr: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			mg := owner("namespaced", "bgp")
			if tc.deleted {
				now := metav1.Now()
				mg.SetDeletionTimestamp(&now)
			}
			steps := map[string]struct {
				want requests
				do   func(managed.ExternalClient) error
			}{
				"Observe": {tc.observe, func(e managed.ExternalClient) error {
					o, err := e.Observe(t.Context(), mg)
					if !o.ResourceExists {
						t.Errorf("%s: what was observed is lost", tc.reason)
					}
					return err
				}},
				"Update": {tc.update, func(e managed.ExternalClient) error {
					_, err := e.Update(t.Context(), mg)
					return err
				}},
			}
			for name, step := range steps {
				c, got := server(t, tc.failing)
				e, err := (&Connector{ExternalConnector: connects(tc.details, tc.err), Publisher: &Publisher{Client: c}}).Connect(t.Context(), mg)
				if err != nil {
					t.Fatal(err)
				}
				if err := step.do(e); !errors.Is(err, tc.wantErr) {
					t.Errorf("%s: %s: got error %v, want %v", name, tc.reason, err, tc.wantErr)
				}
				if diff := cmp.Diff(step.want, got); diff != "" {
					t.Errorf("%s: %s: -want, +got:\n%s", name, tc.reason, diff)
				}
			}
		})
	}
}

func TestConnectorFails(t *testing.T) {
	fails := managed.ExternalConnectorFn(func(context.Context, resource.Managed) (managed.ExternalClient, error) { return nil, errBoom })
	if _, err := (&Connector{ExternalConnector: fails}).Connect(t.Context(), owner("cluster", "")); !errors.Is(err, errBoom) {
		t.Errorf("got %v, want %v", err, errBoom)
	}
}

// TestSilent runs the managed reconciler's own publishers with and without
// details.
func TestSilent(t *testing.T) {
	cluster, ok := owner("cluster", "bgp").(resource.ConnectionSecretOwner)
	if !ok {
		t.Fatal("a cluster-scoped resource owns no connection Secret")
	}
	local, ok := owner("namespaced", "bgp").(resource.LocalConnectionSecretOwner)
	if !ok {
		t.Fatal("a namespaced resource owns no connection Secret")
	}
	for name, details := range map[string]managed.ConnectionDetails{"Unknown": nil, "Known": {"id": []byte("S1")}} {
		t.Run(name, func(t *testing.T) {
			c, got := server(t, "")
			quiet := Silent(c)
			if _, err := managed.NewAPISecretPublisher(quiet, c.Scheme()).PublishConnection(t.Context(), cluster, details); err != nil {
				t.Error(err)
			}
			if _, err := managed.NewAPILocalSecretPublisher(quiet, c.Scheme()).PublishConnection(t.Context(), local, details); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(requests{}, got); diff != "" {
				t.Errorf("requests: -want, +got:\n%s", diff)
			}
		})
	}
}

func TestSilentReads(t *testing.T) {
	c, _ := server(t, "", owner("cluster", ""))
	got := &clusterv1alpha1.BgpSession{}
	if err := Silent(c).Get(t.Context(), client.ObjectKey{Name: "edge"}, got); err != nil || got.GetUID() != "me" {
		t.Errorf("got %q and error %v, want the resource", got.GetUID(), err)
	}
}
