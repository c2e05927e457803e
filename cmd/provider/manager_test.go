// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestManagerOptions has each flag for the manager reach it.
func TestManagerOptions(t *testing.T) {
	o, err := parse(t, "--sync=2h", "--leader-election-namespace=system", "--stop-timeout=7s",
		"--metrics-address=127.0.0.1:1", "--probe-address=127.0.0.1:2", "--pprof-address=127.0.0.1:3")
	if err != nil {
		t.Fatal(err)
	}
	m := managerOptions(nil, o)
	got := map[string]any{
		"sync": *m.Cache.SyncPeriod, "stop": *m.GracefulShutdownTimeout,
		"metrics": m.Metrics.BindAddress, "probe": m.HealthProbeBindAddress, "pprof": m.PprofBindAddress,
		"election": m.LeaderElection, "lease": m.LeaderElectionNamespace + "/" + m.LeaderElectionID, "release": m.LeaderElectionReleaseOnCancel,
	}
	want := map[string]any{
		"sync": 2 * time.Hour, "stop": 7 * time.Second,
		"metrics": "127.0.0.1:1", "probe": "127.0.0.1:2", "pprof": "127.0.0.1:3",
		"election": true, "lease": "system/" + leaseName, "release": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	if ptr.Deref(m.Controller.UsePriorityQueue, true) {
		t.Error("the priority queue is used, which keeps the provider from stopping")
	}
	if o, err = parse(t, "--no-leader-election"); err != nil {
		t.Fatal(err)
	}
	if got := managerOptions(nil, o); got.LeaderElection || got.PprofBindAddress != "0" {
		t.Errorf("got leader election %t and profiles at %q although nobody asked for them", got.LeaderElection, got.PprofBindAddress)
	}
}

// TestManagerKeepsNoSecrets has Secrets and ConfigMaps read live, and of what is
// watched only the identity kept.
func TestManagerKeepsNoSecrets(t *testing.T) {
	o := managerOptions(nil, defaults())
	if diff := cmp.Diff([]client.Object{&corev1.Secret{}, &corev1.ConfigMap{}}, o.Client.Cache.DisableFor); diff != "" {
		t.Errorf("read live: -want, +got:\n%s", diff)
	}
	transforms := map[string]func(any) (any, error){}
	for obj, by := range o.Cache.ByObject {
		transforms[fmt.Sprintf("%T", obj)] = by.Transform
	}
	for _, obj := range o.Client.Cache.DisableFor {
		t.Run(fmt.Sprintf("%T", obj), func(t *testing.T) {
			transform := transforms[fmt.Sprintf("%T", obj)]
			if transform == nil {
				t.Fatal("they are kept in the cache as they are")
			}
			kind := metav1.TypeMeta{APIVersion: "v1", Kind: "Kind"}
			got, err := transform(&metav1.PartialObjectMetadata{TypeMeta: kind, ObjectMeta: metav1.ObjectMeta{
				Namespace: "team", Name: "key", UID: "me", ResourceVersion: "7", Labels: map[string]string{"a": "label"},
				Annotations: map[string]string{"kubectl.kubernetes.io/last-applied-configuration": `{"stringData":{"token":"secret"}}`},
			}})
			if err != nil {
				t.Fatal(err)
			}
			want := &metav1.PartialObjectMetadata{TypeMeta: kind, ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "key", UID: "me", ResourceVersion: "7"}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("kept: -want, +got:\n%s", diff)
			}
			if _, err := transform(obj); err == nil {
				t.Error("a whole one is taken into the cache; it must be refused")
			}
		})
	}
}
