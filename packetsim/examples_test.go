// SPDX-License-Identifier: Apache-2.0

package packetsim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/packethost/packngo"
	testingclock "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// A test starts a server in one line. It stops with the test.
func ExampleStart() { //nolint:testableexamples // It shows a test, which no example can run.
	// This is the body of a test: func TestBGP(t *testing.T) {
	test := func(t *testing.T) { //nolint:thelper // It is a test.
		sim := packetsim.Start(t, packetsim.Config{})
		project := sim.AddProject(packetsim.Project{Name: "edge"})
		sim.EnableBGP(project.ID)
		device := sim.AddDevice(packetsim.Device{ProjectID: project.ID, Hostname: "edge-1"})

		client, err := packngo.NewClientWithBaseURL("my-tests", sim.Token, nil, sim.URL)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := client.BGPSessions.Create(device.ID, packngo.CreateBGPSessionRequest{AddressFamily: "ipv4"}); err != nil {
			t.Error(err)
		}
		if got := sim.Requests(packetsim.Filter{Mutating: true}); len(got) != 1 {
			t.Errorf("want one request that changes something, got %+v", got)
		}
	}
	_ = test
}

// Without a test, a server is a handler.
func ExampleNew() {
	s, err := packetsim.New(packetsim.Config{Seed: packetsim.DemoSeed()})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	api := httptest.NewServer(s)
	defer api.Close()

	fmt.Println(ask(api.URL, http.MethodGet, "/projects/"+packetsim.DemoProject, "", "name"))
	// Output: 200 demo
}

// The session is made, and the answer is a 500 all the same. The retry is then
// refused, because the session exists.
func ExampleServer_SetFault() {
	s, err := packetsim.New(packetsim.Config{Seed: packetsim.DemoSeed()})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	api := httptest.NewServer(s)
	defer api.Close()

	const route = "/devices/{id}/bgp/sessions"
	if _, err := s.SetFault(packetsim.OhSnap(http.MethodPost, route, 1)); err != nil {
		panic(err)
	}
	path := strings.ReplaceAll(route, "{id}", packetsim.DemoDevice1)
	for range 2 {
		fmt.Println(ask(api.URL, http.MethodPost, path, `{"address_family":"ipv4"}`, "errors"))
	}
	// Output:
	// 500 [Oh snap, something went wrong! We've logged the error and will take a look - please reach out to us if you continue having trouble.]
	// 422 [Address family already has session with ipv4]
}

// With a clock that stands still, what takes hours happens when the test says.
func ExampleConfig_clock() {
	clock := testingclock.NewFakeClock(time.Date(2024, 5, 1, 8, 0, 0, 0, time.UTC))
	s, err := packetsim.New(packetsim.Config{Seed: packetsim.DemoSeed(), Clock: clock, Timings: packetsim.RealisticTimings()})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	api := httptest.NewServer(s)
	defer api.Close()

	session, err := s.InsertSession(packetsim.BGPSession{DeviceID: packetsim.DemoDevice1, AddressFamily: "ipv6"})
	if err != nil {
		panic(err)
	}
	for _, wait := range []time.Duration{0, 11 * time.Second, time.Minute} {
		clock.Step(wait)
		fmt.Println(ask(api.URL, http.MethodGet, "/bgp/sessions/"+session.ID, "", "status"))
	}
	// Output:
	// 200 unknown
	// 200 down
	// 200 up
}

// ask sends a request and returns the status of its answer and one field of it.
func ask(base, method, path, body, field string) string {
	req, err := http.NewRequest(method, base+packetsim.DefaultPrefix+path, strings.NewReader(body)) //nolint:noctx // An example.
	if err != nil {
		panic(err)
	}
	req.Header.Set("X-Auth-Token", packetsim.DefaultToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var out map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		panic(err)
	}
	return fmt.Sprint(resp.StatusCode, " ", out[field])
}
