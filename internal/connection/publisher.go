// SPDX-License-Identifier: Apache-2.0

package connection

import (
	"bytes"
	"context"
	"maps"

	corev1 "k8s.io/api/core/v1"
	kerrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// A Publisher keeps the connection Secrets of managed resources of both scopes.
type Publisher struct {
	// Client reads Secrets live.
	Client client.Client
}

// Publish makes the Secret that the managed resource names hold exactly these
// details, and belong to the resource. A detail that is nil is not known any
// more: the Secret keeps what it has of it. It asks nothing of the API server if
// all details are nil, which stands for unknown, or if the resource names no
// Secret; and writes nothing if the Secret is as it should be.
func (p *Publisher) Publish(ctx context.Context, mg resource.Managed, details managed.ConnectionDetails) error {
	if details == nil {
		return nil
	}
	want, err := p.secretFor(mg)
	if want == nil || err != nil {
		return err
	}
	current := &corev1.Secret{}
	err = p.Client.Get(ctx, client.ObjectKeyFromObject(want), current)
	want.Data = known(details, current.Data)
	if kerrors.IsNotFound(err) {
		return errors.Wrap(p.Client.Create(ctx, want), "cannot create the connection Secret")
	}
	if err != nil {
		return errors.Wrap(err, "cannot read the connection Secret")
	}
	if err := resource.ConnectionSecretMustBeControllableBy(mg.GetUID())(ctx, current, want); err != nil {
		return errors.Wrapf(err, "Secret %s is somebody else's; name another in spec.writeConnectionSecretToRef", client.ObjectKeyFromObject(want))
	}
	owned := metav1.GetControllerOf(current) != nil
	if owned && maps.EqualFunc(current.Data, want.Data, bytes.Equal) {
		return nil
	}
	if !owned {
		current.OwnerReferences = append(current.OwnerReferences, want.OwnerReferences...)
	}
	current.Data = want.Data
	return errors.Wrap(p.Client.Update(ctx, current), "cannot update the connection Secret")
}

// known returns the details, and what is held of those that are nil.
func known(details, held map[string][]byte) map[string][]byte {
	out := map[string][]byte{}
	for name, value := range details {
		if value == nil {
			value = held[name]
		}
		if value != nil {
			out[name] = value
		}
	}
	return out
}

// secretFor returns the Secret that the managed resource names, without data;
// nil if it names none.
func (p *Publisher) secretFor(mg resource.Managed) (*corev1.Secret, error) {
	kind, err := p.Client.GroupVersionKindFor(mg)
	if err != nil {
		return nil, errors.Wrap(err, "cannot tell who owns the connection Secret")
	}
	switch mg := mg.(type) {
	case resource.LocalConnectionSecretOwner:
		if mg.GetWriteConnectionSecretToReference() != nil {
			return resource.LocalConnectionSecretFor(mg, kind), nil
		}
	case resource.ConnectionSecretOwner:
		if mg.GetWriteConnectionSecretToReference() != nil {
			return resource.ConnectionSecretFor(mg, kind), nil
		}
	}
	return nil, nil
}
