// SPDX-License-Identifier: Apache-2.0

package controller

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/event"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"

	"github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
	"github.com/crossplane-contrib/provider-packet/internal/external"
)

func TestDesiredChanged(t *testing.T) {
	annotate := func(key string) func(*v1alpha1.BgpSession) {
		return func(s *v1alpha1.BgpSession) { meta.AddAnnotations(s, map[string]string{key: "changed"}) }
	}
	cases := map[string]struct {
		reason string
		change func(*v1alpha1.BgpSession)
		want   bool
	}{
		"Nothing":      {"an event that tells nothing new wakes nobody", func(*v1alpha1.BgpSession) {}, false},
		"Status":       {"status is the provider's own word", func(s *v1alpha1.BgpSession) { s.SetConditions(xpv1.Available()) }, false},
		"Pending":      {"an attempt to create wakes nobody", annotate(meta.AnnotationKeyExternalCreatePending), false},
		"Failed":       {"nor does one that failed", annotate(meta.AnnotationKeyExternalCreateFailed), false},
		"Lost":         {"nor does one whose end is not known: the back-off decides", annotate(external.AnnotationLostCreation), false},
		"Place":        {"nor does where it is attempted", annotate(external.AnnotationCreationPlace), false},
		"Spec":         {"a new generation is asked for", func(s *v1alpha1.BgpSession) { s.Generation++ }, true},
		"Label":        {"a label is asked for", func(s *v1alpha1.BgpSession) { meta.AddLabels(s, map[string]string{"a": "label"}) }, true},
		"ExternalName": {"so is another object", annotate(meta.AnnotationKeyExternalName), true},
		"Paused":       {"so is a pause", annotate(meta.AnnotationKeyReconciliationPaused), true},
		"Adopt":        {"so is an adoption", annotate(external.AnnotationAdopt), true},
		"PollInterval": {"so are other polls", annotate(external.AnnotationPollInterval), true},
		"Other":        {"an annotation of whose meaning nothing is known may matter", annotate("example.net/any"), true},
		"Cleared": {"to remove an annotation is to ask for something", func(s *v1alpha1.BgpSession) {
			meta.RemoveAnnotations(s, "example.net/before")
		}, true},
		"Both": {"bookkeeping hides no other change", func(s *v1alpha1.BgpSession) {
			annotate(external.AnnotationLostCreation)(s)
			annotate("example.net/any")(s)
		}, true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			before := &v1alpha1.BgpSession{ObjectMeta: metav1.ObjectMeta{Generation: 1, Annotations: map[string]string{"example.net/before": "x"}}}
			after := before.DeepCopy()
			tc.change(after)
			if got := desiredChanged().Update(event.UpdateEvent{ObjectOld: before, ObjectNew: after}); got != tc.want {
				t.Errorf("%s: got %t", tc.reason, got)
			}
		})
	}
	p, s := desiredChanged(), &v1alpha1.BgpSession{}
	if !p.Create(event.CreateEvent{Object: s, IsInInitialList: true}) || !p.Delete(event.DeleteEvent{Object: s}) {
		t.Error("a resource that is new, or gone, is not passed on")
	}
}
