// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// A Connector connects to an external system, and publishes the connection
// details that are observed there.
type Connector struct {
	managed.ExternalConnector

	Publisher *Publisher
}

// Connect returns a client that publishes.
func (c *Connector) Connect(ctx context.Context, mg resource.Managed) (managed.ExternalClient, error) {
	e, err := c.ExternalConnector.Connect(ctx, mg)
	if err != nil {
		return nil, err
	}
	return &external{ExternalClient: e, publisher: c.Publisher}, nil
}

// An external publishes what another external client observes and what an
// update returns. What is created is observed right away.
type external struct {
	managed.ExternalClient

	publisher *Publisher
}

// Observe observes, and publishes unless the resource is being deleted.
func (e *external) Observe(ctx context.Context, mg resource.Managed) (managed.ExternalObservation, error) {
	o, err := e.ExternalClient.Observe(ctx, mg)
	if err != nil || meta.WasDeleted(mg) {
		return o, err
	}
	return o, e.publish(ctx, mg, o.ConnectionDetails)
}

// Update updates, and publishes.
func (e *external) Update(ctx context.Context, mg resource.Managed) (managed.ExternalUpdate, error) {
	u, err := e.ExternalClient.Update(ctx, mg)
	if err != nil {
		return u, err
	}
	return u, e.publish(ctx, mg, u.ConnectionDetails)
}

func (e *external) publish(ctx context.Context, mg resource.Managed, details managed.ConnectionDetails) error {
	return errors.Wrap(e.publisher.Publish(ctx, mg, details), "cannot publish the connection details")
}

// Silent returns a client with which the managed reconciler's own publisher
// does nothing: it finds every Secret to be what it wants it to be.
func Silent(c client.Client) client.Client { return &silent{Client: c} }

type silent struct{ client.Client }

// Get reads an object. A Secret is left as the caller has it.
func (s *silent) Get(ctx context.Context, name client.ObjectKey, obj client.Object, opts ...client.GetOption) error {
	if _, ok := obj.(*corev1.Secret); ok {
		return nil
	}
	return s.Client.Get(ctx, name, obj, opts...)
}
