// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func TestMetadataShowsNeighborsOnlyWithSession(t *testing.T) {
	w := newWorld(t, packetsim.Config{})
	path := "/devices/" + w.device.ID
	if got, found := do(t, w.Sim, http.MethodGet, path+"/metadata", "").decode(t)["bgp_neighbors"]; found {
		t.Errorf("metadata without a session: want no bgp_neighbors, got %v", got)
	}
	w.AddSession(packetsim.BGPSession{DeviceID: w.device.ID, AddressFamily: "ipv4"})
	api := do(t, w.Sim, http.MethodGet, path+"/bgp/neighbors", "").decode(t)["bgp_neighbors"]
	if diff := cmp.Diff(api, do(t, w.Sim, http.MethodGet, path+"/metadata", "").decode(t)["bgp_neighbors"]); diff != "" {
		t.Errorf("neighbours in the API and in the metadata: -API, +metadata:\n%s", diff)
	}
}
