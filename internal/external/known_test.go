// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/test"

	namespacedv1alpha1 "github.com/crossplane-contrib/provider-packet/apis/namespaced/packet/v1alpha1"
)

func TestKnown(t *testing.T) {
	const id = "60000000-0000-4000-8000-000000000001"
	ready := func(why Reason) xpv1.Condition {
		return condition(xpv1.TypeReady, corev1.ConditionFalse, xpv1.ConditionReason(why), "")
	}
	cases := map[string]struct {
		reason  string
		ready   xpv1.Condition
		seen    string
		created bool
		err     error
		want    string
	}{
		"Ready":      {reason: "the object is there", ready: xpv1.Available(), seen: id, want: id},
		"Unready":    {reason: "the object is there, and not ready", ready: ready("Provisioning"), seen: id, want: id},
		"OtherCase":  {reason: "ids that differ in case only are one", seen: strings.ToUpper(id), want: id},
		"Created":    {reason: "the object was made just now", created: true, want: id},
		"Unseen":     {reason: "a name that somebody gave is not known to be right"},
		"Refused":    {reason: "nor is one that somebody else manages", ready: ready(ReasonConflict)},
		"Mismatch":   {reason: "a name that is wrong is nobody's to act on", ready: ready(ReasonMismatch)},
		"Overruled":  {reason: "not even if an object was made before", created: true, ready: ready(ReasonMismatch)},
		"Renamed":    {reason: "nor if another object was observed", created: true, seen: otherID, ready: xpv1.Available()},
		"Moved":      {reason: "what was observed is there, although something else is asked for by now", created: true, seen: id, ready: ready(ReasonMismatch), want: id},
		"Elsewhere":  {reason: "what is at another endpoint is not to be acted on at this one", seen: id, ready: ready(ReasonElsewhere)},
		"Unreadable": {reason: "an error is passed on", err: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			read := func(obj client.Object) error {
				device, ok := obj.(*namespacedv1alpha1.Device)
				if tc.err != nil || !ok {
					return tc.err
				}
				meta.SetExternalName(device, id)
				if tc.seen != "" {
					device.Status.AtProvider.ID = &tc.seen
				}
				if tc.ready.Reason != "" {
					device.SetConditions(tc.ready)
				}
				if tc.created {
					meta.SetExternalCreateSucceeded(device, time.Now())
				}
				return nil
			}
			k := known{&test.MockClient{
				MockGet: func(_ context.Context, _ client.ObjectKey, obj client.Object) error { return read(obj) },
				MockList: func(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
					devices, ok := list.(*namespacedv1alpha1.DeviceList)
					if !ok {
						return errBoom
					}
					devices.Items = make([]namespacedv1alpha1.Device, 1)
					return read(&devices.Items[0])
				},
			}}
			device, devices := &namespacedv1alpha1.Device{}, &namespacedv1alpha1.DeviceList{}
			if err := k.Get(t.Context(), client.ObjectKey{}, device); !errors.Is(err, tc.err) {
				t.Errorf("%s: Get: want error %v, got: %v", tc.reason, tc.err, err)
			}
			if err := k.List(t.Context(), devices); !errors.Is(err, tc.err) {
				t.Errorf("%s: List: want error %v, got: %v", tc.reason, tc.err, err)
			}
			got := []string{meta.GetExternalName(device), meta.GetExternalName(&devices.Items[0])}
			if diff := cmp.Diff([]string{tc.want, tc.want}, got); diff != "" {
				t.Errorf("%s: external names got and listed: -want +got:\n%s", tc.reason, diff)
			}
		})
	}
}
