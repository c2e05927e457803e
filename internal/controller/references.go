// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/external"
)

// referenceIndex is the cache index of managed resources by the names of those
// that they refer to.
const referenceIndex = "packet.crossplane.io/reference"

// selected stands for whatever a selector may find.
const selected = "*"

// byReference indexes managed resources. A name of one kind is not told from
// the same name of another: to look once too often does no harm.
func byReference(obj client.Object) []string {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
	if err != nil {
		return nil
	}
	spec, _ := content["spec"].(map[string]any)
	found := map[string]bool{}
	for _, part := range []string{"forProvider", "initProvider"} {
		references(spec[part], found)
	}
	out := make([]string, 0, len(found))
	for name := range found {
		out = append(out, name)
	}
	return out
}

// references collects the names in the references below a value of a manifest.
func references(value any, found map[string]bool) {
	switch value := value.(type) {
	case []any:
		for _, v := range value {
			references(v, found)
		}
	case map[string]any:
		for field, v := range value {
			switch {
			case strings.HasSuffix(field, "SecretRef"), strings.HasSuffix(field, "ConfigMapRef"):
			case strings.HasSuffix(field, "Selector"):
				found[selected] = true
			case strings.HasSuffix(field, "Ref"):
				found[nameOf(v)] = true
			case strings.HasSuffix(field, "Refs"):
				list, _ := v.([]any)
				for _, one := range list {
					found[nameOf(one)] = true
				}
			default:
				references(v, found)
			}
		}
	}
}

func nameOf(reference any) string {
	fields, _ := reference.(map[string]any)
	name, _ := fields["name"].(string)
	return name
}

// followReferences has a controller woken by the resources that its own refer
// to, once they have an id or can be used. Each of these kinds may come later,
// or never.
func (w *waker) followReferences(mgr ctrl.Manager, c controller.Controller, kinds []schema.GroupVersionKind, s *services) error {
	for _, gvk := range kinds {
		target, _, err := objects(mgr, gvk)
		if err != nil {
			return err
		}
		s.gate.Register(func() {
			err := c.Watch(source.Kind(mgr.GetCache(), target, handler.EnqueueRequestsFromMapFunc(w.referrers), usable()))
			s.failed.note(errors.Wrapf(err, "cannot watch %s, which others refer to", gvk.Kind))
		}, gvk)
	}
	return nil
}

// referrers are the managed resources that refer to another by name, and those
// that may select it.
func (w *waker) referrers(ctx context.Context, target client.Object) []reconcile.Request {
	in := client.InNamespace(target.GetNamespace())
	out := w.find(ctx, w.resources, in, client.MatchingFields{referenceIndex: target.GetName()})
	return append(out, w.find(ctx, w.resources, in, client.MatchingFields{referenceIndex: selected})...)
}

// usable passes on resources that got an id that others may act on, or that
// became ready.
func usable() predicate.Predicate {
	state := func(obj client.Object) (string, bool) {
		mg, ok := obj.(resource.Managed)
		if !ok {
			return "", false
		}
		return external.KnownName(mg), mg.GetCondition(xpv1.TypeReady).Status == corev1.ConditionTrue
	}
	return predicate.Funcs{
		CreateFunc: func(e event.CreateEvent) bool {
			name, _ := state(e.Object)
			return !e.IsInInitialList && name != ""
		},
		UpdateFunc: func(e event.UpdateEvent) bool {
			before, wasReady := state(e.ObjectOld)
			now, ready := state(e.ObjectNew)
			return (now != before && now != "") || (ready && !wasReady)
		},
		DeleteFunc:  func(event.DeleteEvent) bool { return false },
		GenericFunc: func(event.GenericEvent) bool { return false },
	}
}
