// SPDX-License-Identifier: Apache-2.0

package device

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// TestTold has the same news come again and again, as they do while status
// cannot be written.
func TestTold(t *testing.T) {
	o := over(&fakeAPI{})
	failed := Machine{Device: packet.Device{ID: deviceID, State: "failed"}}
	report := func(o *operations) []string {
		return o.Report(t.Context(), failed, external.View[State]{}).Events
	}
	news := []string{"Provisioning of the device " + deviceID + " failed"}
	elsewhere, other := *o, *o
	elsewhere.endpoint, other.mark = "E2", "another"
	step := Machine{Device: packet.Device{ID: deviceID, State: "provisioning", Provisioning: []packet.ProvisioningEvent{{Body: "failed", At: start}}}}
	steps := over(&fakeAPI{})
	steps.Report(t.Context(), step, external.View[State]{})
	for _, tc := range []struct {
		reason string
		by     *operations
		want   []string
	}{
		{"a step that is called like a state is not the state", steps, news},
		{"news are told", o, news},
		{"once", o, nil},
		{"a device at another endpoint is another", &elsewhere, news},
		{"another resource is told too", &other, news},
	} {
		if diff := cmp.Diff(tc.want, report(tc.by)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tc.reason, diff)
		}
	}
	o.told.forget("E1", deviceID)
	if diff := cmp.Diff(news, report(o)); diff != "" {
		t.Errorf("a device that was let go is forgotten: -want +got:\n%s", diff)
	}
}
