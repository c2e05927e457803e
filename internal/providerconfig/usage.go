// SPDX-License-Identifier: Apache-2.0

package providerconfig

import (
	"context"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	clusterv1beta1 "github.com/crossplane-contrib/provider-packet/apis/cluster/v1beta1"
	namespacedv1beta1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/v1beta1"
)

// A Tracker records that a managed resource uses its configuration.
type Tracker interface {
	Track(ctx context.Context, mg resource.Managed) error
}

// A ScopedTracker records usages for managed resources of both scopes.
type ScopedTracker struct {
	legacy resource.LegacyTracker
	modern resource.ModernTracker
}

// NewTracker returns a tracker that records usages through the client.
func NewTracker(c client.Client) *ScopedTracker {
	return &ScopedTracker{
		legacy: resource.NewLegacyProviderConfigUsageTracker(c, &clusterv1beta1.ProviderConfigUsage{}),
		modern: resource.NewProviderConfigUsageTracker(c, &namespacedv1beta1.ProviderConfigUsage{}),
	}
}

// Track records the usage. It writes nothing if that is recorded.
func (t *ScopedTracker) Track(ctx context.Context, mg resource.Managed) error {
	var err error
	switch mg := mg.(type) {
	case resource.ModernManaged:
		err = t.modern.Track(ctx, mg)
	case resource.LegacyManaged:
		err = t.legacy.Track(ctx, mg)
	default:
		return errors.Errorf("cannot record usages of a %T", mg)
	}
	// It was recorded a moment ago, and the cache does not show it yet. A
	// conflict is tried again and is nobody's fault.
	if kerrors.IsAlreadyExists(err) {
		return kerrors.NewConflict(schema.GroupResource{Resource: "providerconfigusages"}, string(mg.GetUID()), err)
	}
	return err
}
