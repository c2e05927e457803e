// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestPasswordsOverHTTP follows a password through the API, which erases what a
// request leaves out.
func TestPasswordsOverHTTP(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: sim.Token})
	if err != nil {
		t.Fatal(err)
	}
	d := Definition()
	o := d.Connect(c, "owner")
	asked := Arguments{ProjectID: project.ID, DeploymentType: "local", ASN: 65000}
	if err := o.Prepare(t.Context(), asked); err != nil {
		t.Fatal(err)
	}
	config, err := o.Create(t.Context(), asked)
	if err != nil || !config.Enabled() {
		t.Fatalf("got %+v, %v", config, err)
	}
	steps := []struct {
		reason   string
		md5      *packet.Secret
		disabled bool
		writes   bool
		want     packet.Secret
	}{
		{reason: "a first password", md5: ptr.To(password), writes: true, want: password},
		{reason: "the same again", md5: ptr.To(password), want: password},
		{reason: "who says nothing leaves it", want: password},
		{reason: "a rotated one", md5: ptr.To(rotated), writes: true, want: rotated},
		{reason: "none, explicitly", disabled: true, writes: true},
	}
	for _, step := range steps {
		a := asked
		a.MD5, a.MD5Disabled = step.md5, step.disabled
		differences := d.Differences(a, config)
		if got := len(differences) > 0; got != step.writes {
			t.Errorf("%s: got differences %+v", step.reason, differences)
		}
		if len(differences) > 0 {
			if config, err = o.Update(t.Context(), config, a, differences); err != nil {
				t.Fatalf("%s: %v", step.reason, err)
			}
		}
		got, found, err := o.Get(t.Context(), config.ID, a)
		if err != nil || !found || got.MD5 != step.want {
			t.Errorf("%s: want the password, got %t, %v and another one", step.reason, found, err)
		}
	}
	posts := sim.Requests(packetsim.Filter{Method: http.MethodPost, Route: "/projects/{id}/bgp-configs"})
	if len(posts) != 4 {
		t.Errorf("a creation and three changes take four requests; got %d", len(posts))
	}
}

// TestCreationOverHTTP has the API fail after it did what was asked.
func TestCreationOverHTTP(t *testing.T) {
	sim := packetsim.Start(t, packetsim.Config{Timings: packetsim.Timings{Approval: time.Hour}})
	project := sim.AddProject(packetsim.Project{Name: "demo"})
	c, err := packet.NewConnections(packet.Options{}).Client(packet.Config{BaseURL: sim.URL, Token: sim.Token})
	if err != nil {
		t.Fatal(err)
	}
	o := Definition().Connect(c, "owner")
	a := Arguments{ProjectID: project.ID, DeploymentType: "global", ASN: 64500, UseCase: "anycast", MD5: ptr.To(password)}
	sim.Fault(packetsim.OhSnap(http.MethodPost, "/projects/{id}/bgp-configs", 1))
	if _, err := o.Create(t.Context(), a); !packet.IsAmbiguous(err) {
		t.Fatalf("what may have happened is not known: got %v", err)
	}
	config, found, err := o.Find(t.Context(), a)
	if err != nil || !found {
		t.Fatalf("it is found by its project: got %t, %v", found, err)
	}
	if diff := cmp.Diff("", mismatch(a, config)); diff != "" {
		t.Error(diff)
	}
	if r := o.Report(t.Context(), config, external.View[State]{}); r.Ready == nil || r.Ready.Reason != "Requested" {
		t.Errorf("a global one waits for approval: got %+v", r.Ready)
	}
}
