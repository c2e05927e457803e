// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
)

// watched are the resources of which every version is kept, not only the last:
// a test's objects are gone when the run ends.
var watched = []schema.GroupVersionResource{
	{Group: clusterScope.group, Version: "v1alpha1", Resource: "bgpsessions"},
	{Group: namespacedScope.group, Version: "v1alpha1", Resource: "bgpsessions"},
	{Group: clusterScope.group, Version: "v1beta1", Resource: "providerconfigs"},
	{Group: namespacedScope.group, Version: "v1beta1", Resource: "providerconfigs"},
	{Group: namespacedScope.group, Version: "v1beta1", Resource: "clusterproviderconfigs"},
	{Version: "v1", Resource: "events"},
}

// A record is what a run leaves behind.
type record struct {
	config *rest.Config
	// objects, secrets and requests are files of lines of JSON: every version
	// of what is watched, every version of every Secret, and the requests that
	// packetsim answered.
	objects, secrets, requests *os.File
	stop                       context.CancelFunc

	mu sync.Mutex
	// reasons are all reasons that conditions ever had, by UID of their object.
	reasons map[types.UID]map[string]bool
	err     error
}

// newRecord begins to watch.
func newRecord(cfg *rest.Config, dir string) (*record, error) {
	r := &record{config: cfg, reasons: map[types.UID]map[string]bool{}}
	for name, file := range map[string]**os.File{"objects": &r.objects, "secrets": &r.secrets, "requests": &r.requests} {
		var err error
		if *file, err = os.OpenFile(filepath.Join(dir, name+".jsonl"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600); err != nil {
			return nil, fmt.Errorf("cannot create the record of %s: %w", name, err)
		}
	}
	kubernetes, err := dynamic.NewForConfig(cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot make a client: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.stop = cancel
	factory := dynamicinformer.NewDynamicSharedInformerFactory(kubernetes, 0)
	handle := func(gvr schema.GroupVersionResource, to *os.File) error {
		_, err := factory.ForResource(gvr).Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
			AddFunc:    func(obj any) { r.keep(to, obj) },
			UpdateFunc: func(_, obj any) { r.keep(to, obj) },
		})
		return err
	}
	for _, gvr := range watched {
		err = errors.Join(err, handle(gvr, r.objects))
	}
	if err = errors.Join(err, handle(corev1.SchemeGroupVersion.WithResource("secrets"), r.secrets)); err != nil {
		return nil, fmt.Errorf("cannot watch: %w", err)
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return r, nil
}

// keep writes a version of an object down.
func (r *record) keep(to *os.File, obj any) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return
	}
	line, err := json.Marshal(u)
	if err == nil {
		_, err = to.Write(append(line, '\n'))
	}
	conditions, _, _ := unstructured.NestedSlice(u.Object, "status", "conditions")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = errors.Join(r.err, err)
	for _, c := range conditions {
		if c, ok := c.(map[string]any); ok {
			if r.reasons[u.GetUID()] == nil {
				r.reasons[u.GetUID()] = map[string]bool{}
			}
			r.reasons[u.GetUID()][fmt.Sprint(c["reason"])] = true
		}
	}
}

// ever tells whether a condition of an object has ever had a reason.
func (r *record) ever(uid types.UID, reason string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reasons[uid][reason]
}
