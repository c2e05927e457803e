// SPDX-License-Identifier: Apache-2.0

package packet_test

import (
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestBGPPasswordLife(t *testing.T) {
	_, c, project, _ := start(t)
	ctx := t.Context()
	for _, step := range []struct {
		reason string
		md5    *packet.Secret
		want   packet.Secret
	}{
		{"There is none to leave at first.", nil, ""},
		{"A password should be set.", ptr.To(packet.Secret(md5)), md5},
		{"It should survive an update that does not mention it.", nil, md5},
		{"It should be replaced.", ptr.To(packet.Secret("An0therSecret")), "An0therSecret"},
		{"It should be erased where that is asked for.", new(packet.Secret), ""},
	} {
		if err := c.SetBGPConfig(ctx, project.ID, packet.SetBGPConfig{DeploymentType: "local", ASN: 65000, MD5: step.md5}); err != nil {
			t.Fatalf("%s\nSetBGPConfig(...): %v", step.reason, err)
		}
		if got := must[packet.BGPConfig](t)(c.GetBGPConfig(ctx, project.ID)); got.MD5 != step.want || !got.Enabled() || got.RequestedAt.IsZero() {
			t.Errorf("%s\nGetBGPConfig(...): got %+v", step.reason, got)
		}
	}
}

func TestGlobalBGP(t *testing.T) {
	clock := clocktesting.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
	sim := packetsim.Start(t, packetsim.Config{Clock: clock, Timings: packetsim.Timings{Approval: time.Hour}})
	c := must[*packet.Client](t)(packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: sim.Token}))
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	if err := c.SetBGPConfig(t.Context(), project.ID, packet.SetBGPConfig{DeploymentType: "global", ASN: 64500, UseCase: "anycast"}); err != nil {
		t.Fatalf("SetBGPConfig(...): %v", err)
	}
	if got := must[packet.BGPConfig](t)(c.GetBGPConfig(t.Context(), project.ID)); got.Enabled() || got.Status != "requested" {
		t.Errorf("a global configuration should wait for approval: got %+v", got)
	}
	clock.Step(time.Hour)
	if got := must[packet.BGPConfig](t)(c.GetBGPConfig(t.Context(), project.ID)); !got.Enabled() {
		t.Errorf("GetBGPConfig(...) after approval: got %+v", got)
	}
}
