// SPDX-License-Identifier: Apache-2.0

// Package kubeclient is a client of the Kubernetes API that leaves out writes
// that change nothing. The managed reconciler writes status at every poll; at
// rest that would be all that a provider of thousands of resources asks of the
// API server.
package kubeclient

import (
	"context"
	"sync"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A Client reads from a cache and leaves out writes of status that change
// nothing. Such a write is left out only if the cached object is the one that
// the last write through this client produced, or this client has not written
// the object yet, and is the one that the caller read. A cache that lags behind
// can therefore not hide that a change there and back is a change.
type Client struct {
	client.Client

	mu      sync.Mutex
	written map[key]version
}

// A key is an object's place.
type key struct {
	kind schema.GroupVersionKind
	name types.NamespacedName
}

// A version is what a write produced. The resource version is empty after a
// write that failed, of which nobody knows whether it took effect.
type version struct {
	uid             types.UID
	resourceVersion string
	// conflict is true if the write failed because what was read is outdated.
	conflict bool
}

// New returns a client that reads and writes through another, whose reads come
// from a cache. It remembers one version for each object that it wrote and that
// still exists.
func New(c client.Client) *Client { return &Client{Client: c, written: map[key]version{}} }

// Get reads an object. What is known of one that no longer exists is forgotten:
// a controller is told of a deletion, and reads the object once more.
func (c *Client) Get(ctx context.Context, name client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
	err := c.Client.Get(ctx, name, obj, opts...)
	if kerrors.IsNotFound(err) {
		c.forget(obj, name)
	}
	return err
}

// Create creates an object.
func (c *Client) Create(ctx context.Context, obj client.Object, opts ...client.CreateOption) error {
	err := c.Client.Create(ctx, obj, opts...)
	c.note(obj, err)
	return err
}

// Update updates an object, except for its status.
func (c *Client) Update(ctx context.Context, obj client.Object, opts ...client.UpdateOption) error {
	err := c.Client.Update(ctx, obj, opts...)
	c.note(obj, err)
	return err
}

// Patch patches an object, except for its status.
func (c *Client) Patch(ctx context.Context, obj client.Object, patch client.Patch, opts ...client.PatchOption) error {
	err := c.Client.Patch(ctx, obj, patch, opts...)
	c.note(obj, err)
	return err
}

// Status returns a writer of the status of objects, which leaves out what
// changes nothing.
func (c *Client) Status() client.SubResourceWriter {
	return &statusWriter{SubResourceWriter: c.Client.Status(), client: c}
}

// note remembers what a write produced.
func (c *Client) note(obj client.Object, err error) {
	name := client.ObjectKeyFromObject(obj)
	if kerrors.IsNotFound(err) {
		c.forget(obj, name)
		return
	}
	kind, kindErr := c.GroupVersionKindFor(obj)
	if kindErr != nil {
		return
	}
	v := version{uid: obj.GetUID(), conflict: kerrors.IsConflict(err)}
	if err == nil {
		v.resourceVersion = obj.GetResourceVersion()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.written[key{kind, name}] = v
}

func (c *Client) forget(obj client.Object, name types.NamespacedName) {
	kind, err := c.GroupVersionKindFor(obj)
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.written, key{kind, name})
}

// Outdated is true if the last write to an object failed because what had been
// read was outdated: the cache lags behind, and trying again soon will do. It
// says so once for each such write.
func (c *Client) Outdated(kind schema.GroupVersionKind, name types.NamespacedName) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := key{kind, name}
	last := c.written[k]
	if last.conflict {
		c.written[k] = version{uid: last.uid}
	}
	return last.conflict
}

// current is true unless a write through this client produced another version
// of the object, or may have.
func (c *Client) current(kind schema.GroupVersionKind, obj client.Object) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	last, ok := c.written[key{kind, client.ObjectKeyFromObject(obj)}]
	return !ok || last == version{uid: obj.GetUID(), resourceVersion: obj.GetResourceVersion()} || last.uid != obj.GetUID()
}
