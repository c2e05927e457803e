// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"maps"

	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/predicate"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// bookkeeping reports whether an annotation is one that the provider writes at
// each attempt to create an object. What follows a failed attempt is up to the
// back-off, which an event of our own making must not cut short.
func bookkeeping(key, _ string) bool {
	switch key {
	case meta.AnnotationKeyExternalCreatePending, meta.AnnotationKeyExternalCreateFailed, external.AnnotationLostCreation, external.AnnotationCreationPlace:
		return true
	default:
		return false
	}
}

// desiredChanged passes on what is new and what differs in what somebody asks
// for: the spec, labels, and annotations except the provider's bookkeeping.
// The predicate of crossplane-runtime knows that runtime's annotations only.
func desiredChanged() predicate.Predicate {
	return predicate.Or(
		predicate.GenerationChangedPredicate{},
		predicate.LabelChangedPredicate{},
		predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
			return !maps.Equal(asked(e.ObjectOld.GetAnnotations()), asked(e.ObjectNew.GetAnnotations()))
		}},
	)
}

// asked returns the annotations without bookkeeping.
func asked(annotations map[string]string) map[string]string {
	out := maps.Clone(annotations)
	maps.DeleteFunc(out, bookkeeping)
	return out
}
