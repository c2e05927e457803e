// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/namespace"
)

const (
	// discoveryPeriod is after how long the garbage collector notices a new
	// custom resource. Kubernetes takes 30 s; a test would have to wait for it.
	discoveryPeriod = 2 * time.Second
	// resyncPeriod is after how long a namespace is looked at again.
	resyncPeriod = 5 * time.Minute

	workers = 5
)

// startControllers starts the controllers that complete deletions. They run
// until the context ends.
func startControllers(ctx context.Context, cfg *rest.Config) error {
	cfg = rest.CopyConfig(cfg)
	cfg.QPS = -1 // The API server's own flow control is limit enough.

	client, err := kubernetes.NewForConfig(cfg)
	if err != nil {
		return fmt.Errorf("cannot make a client: %w", err)
	}
	metadataClient, err := metadata.NewForConfig(cfg)
	if err != nil {
		return fmt.Errorf("cannot make a client of metadata: %w", err)
	}
	objects := informers.NewSharedInformerFactory(client, 0)
	metadatas := metadatainformer.NewSharedInformerFactory(metadataClient, 0)
	started := make(chan struct{})

	// The mapper has a discovery client of its own: the collector resets it
	// each time the other one has something new.
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	gc, err := garbagecollector.NewGarbageCollector(ctx, client, metadataClient, mapper,
		garbagecollector.DefaultIgnoredResources(), informerfactory.NewInformerFactory(objects, metadatas), started)
	if err != nil {
		return fmt.Errorf("cannot make the garbage collector: %w", err)
	}
	ns := namespace.NewNamespaceController(ctx, client, metadataClient, client.Discovery().ServerPreferredNamespacedResources,
		objects.Core().V1().Namespaces(), resyncPeriod, corev1.FinalizerKubernetes)

	objects.Start(ctx.Done())
	metadatas.Start(ctx.Done())
	close(started)
	go gc.Run(ctx, workers, discoveryPeriod)
	go gc.Sync(ctx, client.Discovery(), discoveryPeriod)
	go ns.Run(ctx, workers)
	return nil
}
