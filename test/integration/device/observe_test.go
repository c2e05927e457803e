// SPDX-License-Identifier: Apache-2.0

package device

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// reports counts the events about provisioning of a resource by what they tell:
// a step, or all of the text.
func (tm *team) reports(uid any) map[string]int {
	tm.T.Helper()
	list := &corev1.EventList{}
	if err := tm.Kube.List(tm.T.Context(), list); err != nil {
		tm.T.Fatalf("cannot list events: %v", err)
	}
	found := map[string]int{}
	for _, e := range list.Items {
		if e.InvolvedObject.UID == uid && strings.HasPrefix(e.Message, "Provisioning of the device ") {
			what := e.Message
			if _, step, ok := strings.Cut(e.Message, " %: "); ok {
				what = step
			}
			found[what] += int(max(e.Count, 1))
		}
	}
	return found
}

// changed is met when the only device is as wanted.
func (tm *team) changed(is func(packetsim.Device) bool) func(context.Context) error {
	return func(context.Context) error {
		if slices.ContainsFunc(tm.Sim.Devices(), is) {
			return nil
		}
		return fmt.Errorf("the devices are %+v", tm.Sim.Devices())
	}
}
