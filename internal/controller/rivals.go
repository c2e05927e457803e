// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// rivals are the managed resources of a kind, in both scopes, that ask for a
// key.
type rivals struct {
	scopes  []schema.GroupVersionKind
	census  *census
	configs external.ConfigResolver
	// byKey is what keyIndex is made by.
	byKey client.IndexerFunc
}

// list returns all that ask for the key, or may, as seen by who asks at an
// endpoint: one whose key cannot be told has not been observed, and counts if it
// was the first to claim the key.
func (r *rivals) list(ctx context.Context, endpoint, key string) ([]external.Rival, error) {
	var out []external.Rival
	for _, scope := range r.scopes {
		found, err := r.census.find(ctx, scope, question{index: keyIndex, by: r.byKey, values: []string{key, unknownKey}})
		if err != nil {
			return nil, err
		}
		for _, mg := range found {
			out = append(out, external.RivalOf(ctx, r.configs, endpoint, mg))
		}
	}
	return out, nil
}
