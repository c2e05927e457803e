// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// TestImport shows that a server takes over a device that exists, with its
// sessions, and makes only what is missing.
func TestImport(t *testing.T) {
	for _, s := range styles() {
		t.Run(s.name, func(t *testing.T) {
			project := newProject(t)
			device, err := sim.InsertDevice(packetsim.Device{ProjectID: project, Hostname: "old", Plan: "c3.small.x86", Metro: "sv"})
			check(t, err)
			session, err := sim.InsertSession(packetsim.BGPSession{DeviceID: device.ID, AddressFamily: "ipv4"})
			check(t, err)

			began := time.Now()
			server := s.server(t, "old", project, "")
			check(t, unstructured.SetNestedField(server.Object, device.ID, "spec", "deviceId"))
			create(t, server)
			await(t, "become Ready", ready(server))
			if got := value(server, "status", "device", "id"); got != device.ID {
				t.Errorf("want the device %s, got %s", device.ID, got)
			}
			if got := value(server, "status", "sessions", "ipv4", "id"); got != session.ID {
				t.Errorf("want the session %s, got %s", session.ID, got)
			}
			got := changes(began)
			if got[postDevice] != 0 || got[postSession] != 1 {
				t.Errorf("want one session to be made and no device, got %v", got)
			}

			remove(t, server)
			await(t, "the server goes", gone(server))
			await(t, "the device goes with it", empty(project))
		})
	}
}
